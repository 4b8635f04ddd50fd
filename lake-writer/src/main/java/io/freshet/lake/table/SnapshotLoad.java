package io.freshet.lake.table;

import io.freshet.lake.source.TopicPosition;
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
   * @param rows of the table's schema; no two of one key
   * @param bytes about how much they are in the source
   * @param snapshot names what they are a part of, in the commit
   */
  public void run(Dataset<Row> rows, long bytes, String snapshot) {
    table.expect(bytes);
    table.commit(rows, TopicPosition.START, TableTimeline.ofSnapshot(snapshot));
  }
}
