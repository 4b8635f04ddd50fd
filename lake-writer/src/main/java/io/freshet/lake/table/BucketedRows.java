package io.freshet.lake.table;

import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hudi.common.config.TypedProperties;
import org.apache.hudi.index.bucket.BucketIdentifier;
import org.apache.hudi.keygen.BuiltinKeyGenerator;
import org.apache.hudi.keygen.factory.HoodieSparkKeyGeneratorFactory;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Murmur3HashFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows in the order of a bucket index's files: each file's rows are in one task, on end. */
final class BucketedRows {
  private static final String BUCKET = "_freshet_bucket";

  /** Of a partitioned table, whose files differ in size. */
  private static final int TASKS_PER_CORE = 4;

  private final TableSpec spec;
  private final TableIndex index;
  private final Map<String, String> options;
  private final SparkSession spark;

  /**
   * @param options of the table's writes
   */
  BucketedRows(TableSpec spec, TableIndex index, Map<String, String> options, SparkSession spark) {
    this.spec = spec;
    this.index = index;
    this.options = options;
    this.spark = spark;
  }

  /** The rows, those of a key in the order of their offsets, if they have any. */
  Dataset<Row> arranged(Dataset<Row> rows) {
    List<Column> file = new ArrayList<>();
    spec.config().partitionBy().forEach(name -> file.add(column(name)));
    file.add(functions.col(BUCKET));
    JavaRDD<InternalRow> numbered = numbered(rows);
    Dataset<Row> bucketed =
        spark.internalCreateDataFrame(
            numbered.rdd(), rows.schema().add(BUCKET, DataTypes.IntegerType, false), false);
    List<Column> order = new ArrayList<>(file);
    if (numbered.getNumPartitions() > 1) {
      if (spec.partitioned()) {
        bucketed = bucketed.repartition(tasks(), file.toArray(Column[]::new));
      } else {
        bucketed = bucketed.repartition(index.buckets(), ownTask());
        order.clear(); // Each task has one file.
      }
    }
    spec.keys().forEach(key -> order.add(column(key)));
    if (List.of(rows.columns()).contains(ChangeColumns.OFFSET)) {
      order.add(column(ChangeColumns.OFFSET));
    }
    return bucketed
        .sortWithinPartitions(order.toArray(Column[]::new))
        .select(Arrays.stream(rows.columns()).map(BucketedRows::column).toArray(Column[]::new));
  }

  private int tasks() {
    return TASKS_PER_CORE * spark.sparkContext().defaultParallelism();
  }

  /** A value for each bucket, which Spark's hash sends to the task of the bucket's number. */
  private Column ownTask() {
    int tasks = index.buckets();
    Column[] values = new Column[tasks];
    int missing = tasks;
    for (int value = 0; missing > 0; value++) {
      int task =
          Math.floorMod((int) Murmur3HashFunction.hash(value, DataTypes.IntegerType, 42L), tasks);
      if (values[task] == null) {
        values[task] = functions.lit(value);
        missing--;
      }
    }
    return functions.element_at(functions.array(values), functions.col(BUCKET).plus(1));
  }

  private JavaRDD<InternalRow> numbered(Dataset<Row> rows) {
    Numbering numbering =
        new Numbering(
            TypedProperties.fromMap(options),
            rows.schema(),
            List.copyOf(spec.keys()),
            index.buckets());
    return rows.queryExecution().toRdd().toJavaRDD().mapPartitions(numbering::of);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** Numbers rows with their buckets as Hudi will, when it looks for them. */
  private record Numbering(
      TypedProperties options, StructType schema, List<String> keys, int buckets)
      implements java.io.Serializable {
    Iterator<InternalRow> of(Iterator<InternalRow> rows) {
      BuiltinKeyGenerator names =
          (BuiltinKeyGenerator) HoodieSparkKeyGeneratorFactory.createKeyGenerator(options);
      GenericInternalRow number = new GenericInternalRow(1);
      JoinedRow numbered = new JoinedRow();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public InternalRow next() {
          InternalRow row = rows.next();
          String key = names.getRecordKey(row, schema).toString();
          number.setInt(0, BucketIdentifier.getBucketId(key, keys, buckets));
          return numbered.apply(row, number);
        }
      };
    }
  }
}
