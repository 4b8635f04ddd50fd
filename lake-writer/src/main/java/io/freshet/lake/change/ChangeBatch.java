package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
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
   * @param schema what {@link #schema} returned
   * @param keys key columns, which a delete keeps
   */
  public Dataset<Row> rows(StructType schema, List<String> keys) {
    StructType working = RowDecoder.working(schema);
    Dataset<Row> changes =
        spark.internalCreateDataFrame(reader.rows(schema, keys, unavailable).rdd(), working, false);
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

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  @Override
  public void close() {
    reader.close();
  }
}
