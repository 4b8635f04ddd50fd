package io.freshet.lake.table;

import io.freshet.lake.change.FewRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that are needed more than once, kept as they are until they are closed: on the driver if it
 * holds them already, else where they were made. A {@link Dataset}'s own cache packs them in
 * columns, in a job by itself, which is more work than a small commit's rows are worth.
 */
final class KeptRows implements AutoCloseable {
  private final SparkSession spark;
  private final Dataset<Row> rows;
  private final Optional<List<InternalRow>> few;
  private final Optional<JavaRDD<InternalRow>> many;

  private KeptRows(
      SparkSession spark,
      Dataset<Row> rows,
      Optional<List<InternalRow>> few,
      Optional<JavaRDD<InternalRow>> many) {
    this.spark = spark;
    this.rows = rows;
    this.few = few;
    this.many = many;
  }

  static KeptRows of(SparkSession spark, Dataset<Row> rows) {
    Optional<List<InternalRow>> few = FewRows.in(rows);
    if (few.isPresent()) {
      Dataset<Row> made = FewRows.of(spark, few.get(), rows.schema());
      return new KeptRows(spark, made, few, Optional.empty());
    }
    JavaRDD<InternalRow> kept =
        rows.queryExecution().toRdd().toJavaRDD().persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new KeptRows(
        spark,
        spark.internalCreateDataFrame(kept.rdd(), rows.schema(), false),
        Optional.empty(),
        Optional.of(kept));
  }

  Dataset<Row> rows() {
    return rows;
  }

  /** What a function makes of the rows, a part of them at a time. */
  <T> List<T> collect(FlatMapFunction<Iterator<InternalRow>, T> function) {
    return many.isPresent()
        ? many.get().mapPartitions(function).collect()
        : made(function, few.orElseThrow());
  }

  /** Other rows that a function makes of these, a part of them at a time. */
  Dataset<Row> mapped(
      FlatMapFunction<Iterator<InternalRow>, InternalRow> function, StructType schema) {
    return many.isPresent()
        ? spark.internalCreateDataFrame(many.get().mapPartitions(function).rdd(), schema, false)
        : FewRows.of(spark, made(function, few.orElseThrow()), schema);
  }

  private static <T> List<T> made(
      FlatMapFunction<Iterator<InternalRow>, T> function, List<InternalRow> rows) {
    List<T> made = new ArrayList<>();
    try {
      function.call(rows.iterator()).forEachRemaining(made::add);
    } catch (RuntimeException failed) {
      throw failed;
    } catch (Exception never) {
      throw new IllegalStateException(never);
    }
    return made;
  }

  @Override
  public void close() {
    many.ifPresent(JavaRDD::unpersist);
  }
}
