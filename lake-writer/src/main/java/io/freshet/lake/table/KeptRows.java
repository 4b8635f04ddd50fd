package io.freshet.lake.table;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that are needed more than once, kept as they are until they are closed. A {@link Dataset}'s
 * own cache packs them in columns, in a job by itself, which is more work than a small commit's
 * rows are worth.
 *
 * @param kept the rows
 * @param rows the same
 */
record KeptRows(JavaRDD<InternalRow> kept, Dataset<Row> rows) implements AutoCloseable {
  static KeptRows of(SparkSession spark, Dataset<Row> rows) {
    JavaRDD<InternalRow> kept =
        rows.queryExecution().toRdd().toJavaRDD().persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new KeptRows(kept, spark.internalCreateDataFrame(kept.rdd(), rows.schema(), false));
  }

  @Override
  public void close() {
    kept.unpersist();
  }
}
