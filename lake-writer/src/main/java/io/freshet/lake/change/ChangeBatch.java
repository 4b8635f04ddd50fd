package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** The changes that one commit takes, from wherever they are read. */
public final class ChangeBatch implements AutoCloseable {
  /**
   * Which of the row's columns hold no value because the source did not log it: their indexes; null
   * for none.
   */
  public static final String UNAVAILABLE = "__unavailable";

  private final SparkSession spark;
  private final ChangeReader reader;
  private final Unavailable unavailable;

  ChangeBatch(SparkSession spark, ChangeReader reader, Unavailable unavailable) {
    this.spark = spark;
    this.reader = reader;
    this.unavailable = unavailable;
  }

  /**
   * The schema that a table needs to hold its present rows and the changes'.
   *
   * @param table for the error's text
   * @param current the table's schema; empty for a new table
   * @param keys key columns
   * @throws LakeException if the changes' schemas don't fit together with the table's
   */
  public StructType schema(String table, StructType current, List<String> keys) {
    StructType merged = current;
    for (ChangeReader.TopicSchema messages : reader.schemas()) {
      ChangeSchema incoming = new ChangeSchema(messages.schema(), messages.topic());
      for (String key : keys) {
        if (!ChangeColumns.LAKE.contains(key) && !incoming.sourceColumns().containsKey(key)) {
          throw new LakeException(
              "messages of topic %s lack the key column %s; they have %s"
                  .formatted(messages.topic(), key, incoming.sourceColumns().keySet()));
        }
      }
      merged = SchemaMerge.merge(table, merged, incoming.tableSchema(keys));
    }
    return merged;
  }

  /**
   * The changes as rows of the given schema, one row for each key: its last change. They have the
   * column {@link #UNAVAILABLE} more. It names no texts: those hold Debezium's placeholder, which
   * Hudi replaces with the stored value when it merges rows.
   *
   * <p>Where a message can't be made a row, what is done with these rows fails with {@link
   * BadRecordException}.
   *
   * @param schema what {@link #schema} returned
   * @param keys key columns, which a delete keeps
   * @param quarantined messages that are passed over
   */
  public Dataset<Row> rows(StructType schema, List<String> keys, Quarantined quarantined) {
    StructType working = RowDecoder.working(schema);
    Dataset<Row> changes = uncollapsed(schema, keys, quarantined);
    if (!reader.isSmall()) {
      changes = changes.repartition(spark.sparkContext().defaultParallelism(), columns(keys));
    }
    Unavailable marker = unavailable;
    JavaRDD<InternalRow> last =
        changes
            .sortWithinPartitions(columns(Collapse.order(keys)))
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(rows -> new Collapse(rows, schema, keys, marker));
    return spark.internalCreateDataFrame(last.rdd(), working, false);
  }

  /** The same, but one row for each change. */
  public Dataset<Row> uncollapsed(StructType schema, List<String> keys, Quarantined quarantined) {
    Target target = new Target(schema, keys, unavailable, quarantined);
    return spark.internalCreateDataFrame(
        reader.rows(target).rdd(), RowDecoder.working(schema), false);
  }

  /**
   * The messages that can't be made rows. That is found out by reading all messages once more, and
   * again where such a message leaves others in doubt.
   *
   * @param schema what {@link #schema} returned
   * @param keys key columns
   * @param quarantined those that are known
   * @param most how many are enough
   * @throws RuntimeException with a {@link TruncateFoundException} in it, if there is a TRUNCATE
   */
  public List<BadRecord> badRecords(
      StructType schema, List<String> keys, Quarantined quarantined, int most) {
    List<BadRecord> all = new ArrayList<>();
    Quarantined known = quarantined;
    List<BadRecord> found = bad(schema, keys, known, most);
    while (!found.isEmpty()) {
      all.addAll(found);
      known = known.plus(found);
      found = all.size() < most ? bad(schema, keys, known, most - all.size()) : List.of();
    }
    return all;
  }

  private List<BadRecord> bad(
      StructType schema, List<String> keys, Quarantined quarantined, int most) {
    return reader.bad(new Target(schema, keys, unavailable, quarantined), most).collect();
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  @Override
  public void close() {
    reader.close();
  }
}
