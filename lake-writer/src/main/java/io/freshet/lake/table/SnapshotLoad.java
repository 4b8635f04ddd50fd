package io.freshet.lake.table;

import io.freshet.lake.source.TopicPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table's first commit, of the rows of a bulk snapshot. The table has read nothing of its topic
 * afterwards, so every change of the topic comes over it.
 */
public final class SnapshotLoad {
  private final HudiTable table;

  public SnapshotLoad(HudiTable table) {
    this.table = table;
  }

  /**
   * Commits rows to a table without any.
   *
   * @param rows the source's; no two of one key
   * @param shape makes them rows of the table's schema: adds columns, and leaves theirs as they are
   * @param bytes about how much they are in the source
   * @param snapshot names what they are a part of, in the commit
   */
  public void run(
      Dataset<Row> rows, UnaryOperator<Dataset<Row>> shape, long bytes, String snapshot) {
    table.expect(bytes);
    List<String> arranged = new ArrayList<>(table.spec().keys());
    arranged.addAll(table.spec().config().partitionBy());
    // What is the same in all rows need not be sent with each to its file's task.
    boolean first = List.of(rows.columns()).containsAll(arranged);
    Dataset<Row> shaped = shape.apply(rows);
    table.commitUnlike(
        shaped.schema(),
        order ->
            first
                ? order.map(each -> shape.apply(each.apply(rows))).orElse(shaped)
                : order.map(each -> each.apply(shaped)).orElse(shaped),
        TopicPosition.START,
        TableTimeline.ofSnapshot(snapshot));
  }
}
