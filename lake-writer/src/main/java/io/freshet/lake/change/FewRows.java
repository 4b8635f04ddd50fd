package io.freshet.lake.change;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Rows that the driver holds itself. Spark selects and filters such ones while it plans, and hands
 * them out without a job; a job costs more than a small commit's rows are worth.
 */
public final class FewRows {
  private FewRows() {}

  /**
   * @param rows not to be changed any more
   */
  public static Dataset<Row> of(SparkSession spark, List<InternalRow> rows, StructType schema) {
    List<Attribute> columns =
        List.copyOf(JavaConverters.seqAsJavaList(DataTypeUtils.toAttributes(schema)));
    return Dataset.ofRows(spark, new LocalRelation(seq(columns), seq(rows), false));
  }

  private static <T> Seq<T> seq(List<T> list) {
    return JavaConverters.asScalaBuffer(list).toSeq();
  }

  /** The rows that the driver holds; empty where it takes a job to have them. */
  public static Optional<List<InternalRow>> in(Dataset<Row> rows) {
    return rows.queryExecution().optimizedPlan() instanceof LocalRelation local
        ? Optional.of(JavaConverters.seqAsJavaList(local.data()))
        : Optional.empty();
  }
}
