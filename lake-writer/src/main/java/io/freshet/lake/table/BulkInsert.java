package io.freshet.lake.table;

import io.freshet.lake.config.DeleteMode;
import io.freshet.schemas.ChangeColumns;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table's first commit. There is nothing to look up or to merge, and each key comes once, so Hudi
 * writes Spark's rows straight into base files, where an upsert makes an Avro record of each.
 */
final class BulkInsert {
  /**
   * Types whose values Hudi names in the same way when it writes rows and when it writes records:
   * later upserts must find the keys.
   */
  private static final Set<DataType> KEYS =
      Set.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.StringType);

  private BulkInsert() {}

  /** Whether rows of this schema may be written so. */
  static boolean suits(TableSpec spec, StructType schema) {
    return spec.keys().stream().allMatch(key -> KEYS.contains(schema.apply(key).dataType()))
        && spec.config().partitionBy().stream()
            .allMatch(column -> KEYS.contains(schema.apply(column).dataType()));
  }

  /** What it says to Hudi in the place of an upsert's options. */
  static Map<String, String> options(TableSpec spec, int parallelism) {
    return Map.of(
        // Else a table with logs gets a commit that looks like a compaction's.
        "hoodie.table.type",
        spec.config().type().name(),
        "hoodie.datasource.write.operation",
        "bulk_insert",
        "hoodie.datasource.write.row.writer.enable",
        "true",
        "hoodie.bulkinsert.shuffle.parallelism",
        Integer.toString(parallelism),
        // Of a partitioned table each task writes one file after the other, not one to each
        // partition at the same time. A bucket index does so by itself.
        "hoodie.bulkinsert.sort.mode",
        "PARTITION_PATH_REPARTITION_AND_SORT");
  }

  /** The rows to write: a deleted row is none, unless the table keeps what is left of it. */
  static Dataset<Row> rows(Dataset<Row> rows, TableSpec spec) {
    return spec.config().deletes() == DeleteMode.HARD
        ? rows.filter(functions.not(functions.col(ChangeColumns.OP).eqNullSafe("d")))
        : rows;
  }
}
