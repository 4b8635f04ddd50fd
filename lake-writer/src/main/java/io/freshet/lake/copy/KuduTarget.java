package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyMode;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.config.CopyTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kudu.ColumnSchema;
import org.apache.kudu.ColumnTypeAttributes;
import org.apache.kudu.Schema;
import org.apache.kudu.Type;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables of a Kudu cluster, which writes row by row: a reader of a table that is there sees them
 * come. A new table comes with all of its rows.
 */
final class KuduTarget implements Target {
  private static final Logger LOG = LoggerFactory.getLogger(KuduTarget.class);
  private static final int BUCKETS = 4;

  private static final Set<DataType> NO_KEYS =
      Set.of(DataTypes.BooleanType, DataTypes.FloatType, DataTypes.DoubleType);

  /** What follows a table's name as long as it is not whole. */
  private static final String DRAFT = "__freshet_copy";

  private final CopyTarget.Kudu config;
  private final SparkSession spark;
  private final boolean keep;
  private final KuduCluster cluster;

  /**
   * @param keep whether what was written stays where a copy failed, until the next one
   */
  KuduTarget(CopyTarget.Kudu config, SparkSession spark, boolean keep) {
    this.config = config;
    this.spark = spark;
    this.keep = keep;
    KuduConnector.require();
    this.cluster = KuduCluster.open(config.masters());
  }

  @Override
  public void check(CopyTable table, SourceTable source) {
    List<String> key = ColumnChecks.key(table, source);
    StructType columns = source.rows().schema();
    Optional<List<String>> there = cluster.key(table.to());
    if (there.isEmpty()) {
      schema(table, columns, key);
      return;
    }
    if (!there.get().equals(key)) {
      throw new LakeException(
          "%s in Kudu has the key %s, but the rows to copy have %s; name the same columns in key, or choose another name"
              .formatted(table.to(), there.get(), key));
    }
    StructType stored = stored(table).schema();
    ColumnChecks.require(table, "the source", List.of(columns.fieldNames()), stored);
    for (StructField field : columns.fields()) {
      DataType type = stored.apply(field.name()).dataType();
      if (!type.equals(field.dataType())) {
        throw new LakeException(
            "column %s of %s is %s in Kudu, but %s has %s; choose another name for the table, or leave the column out with exclude-columns"
                .formatted(
                    field.name(), table.to(), type.sql(), table.from(), field.dataType().sql()));
      }
    }
  }

  private Dataset<Row> stored(CopyTable table) {
    return KuduTimes.fromKudu(
        spark.read().format(KuduCluster.FORMAT).options(cluster.options(table.to())).load());
  }

  @Override
  public long write(CopyTable table, SourceTable source) {
    List<String> key = ColumnChecks.key(table, source);
    KeyChecks.requireUnique(table, source, key);
    if (cluster.key(table.to()).isEmpty()) {
      return create(table, source, key);
    }
    if (table.mode() == CopyMode.APPEND) {
      KeyChecks.requireNew(table, source, key, stored(table));
    }
    long rows = save(table, source.rows(), table.to());
    source.unchanged().run();
    return rows;
  }

  /** A new table has its name when it is whole; until then no reader takes it for one. */
  private long create(CopyTable table, SourceTable source, List<String> key) {
    String draft = table.to() + DRAFT;
    cluster.drop(draft); // Of a run that was killed.
    cluster.create(
        draft,
        schema(table, source.rows().schema(), key),
        key,
        table.settings().index().buckets().orElse(BUCKETS),
        config.replicas());
    try {
      long rows = save(table, source.rows(), draft);
      source.unchanged().run();
      cluster.rename(draft, table.to());
      return rows;
    } catch (Exception failed) { // Spark throws checked ones that it does not declare.
      if (!keep) {
        undo(draft, failed);
      }
      throw failed;
    }
  }

  private void undo(String draft, Exception failure) {
    try {
      cluster.drop(draft);
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
      LOG.error("{}; the next run will take {} away", alsoFailed.getMessage(), draft);
    }
  }

  private long save(CopyTable table, Dataset<Row> rows, String name) {
    LongAccumulator written = spark.sparkContext().longAccumulator();
    Dataset<Row> counted =
        spark.createDataFrame(
            rows.javaRDD()
                .map(
                    row -> {
                      written.add(1);
                      return row;
                    }),
            rows.schema());
    KuduTimes.toKudu(counted, table)
        .write()
        .format(KuduCluster.FORMAT)
        .options(cluster.options(name))
        .option("kudu.operation", table.mode() == CopyMode.APPEND ? "insert" : "upsert")
        .mode(SaveMode.Append)
        .save();
    return written.value();
  }

  /** A new table's columns, those of the key before the others, as Kudu wants them. */
  private static Schema schema(CopyTable table, StructType columns, List<String> key) {
    List<ColumnSchema> schema = new ArrayList<>();
    for (String name : key) {
      StructField field = columns.apply(name);
      if (NO_KEYS.contains(field.dataType())) {
        throw new LakeException(
            "column %s of %s is %s, which can't be a part of a key in Kudu; name other columns in key"
                .formatted(name, table.from(), field.dataType().sql()));
      }
      schema.add(column(table, field, true));
    }
    for (StructField field : columns.fields()) {
      if (!key.contains(field.name())) {
        schema.add(column(table, field, false));
      }
    }
    return new Schema(schema);
  }

  private static ColumnSchema column(CopyTable table, StructField field, boolean key) {
    ColumnSchema.ColumnSchemaBuilder column =
        new ColumnSchema.ColumnSchemaBuilder(field.name(), type(table, field))
            .key(key)
            .nullable(!key);
    if (field.dataType() instanceof DecimalType decimal) {
      column.typeAttributes(
          new ColumnTypeAttributes.ColumnTypeAttributesBuilder()
              .precision(decimal.precision())
              .scale(decimal.scale())
              .build());
    }
    return column.build();
  }

  private static Type type(CopyTable table, StructField field) {
    DataType type = field.dataType();
    if (type instanceof IntegerType) {
      return Type.INT32;
    }
    if (type instanceof LongType) {
      return Type.INT64;
    }
    if (type instanceof StringType) {
      return Type.STRING;
    }
    if (type instanceof BooleanType) {
      return Type.BOOL;
    }
    if (type instanceof FloatType) {
      return Type.FLOAT;
    }
    if (type instanceof DoubleType) {
      return Type.DOUBLE;
    }
    if (type instanceof DecimalType) {
      return Type.DECIMAL;
    }
    if (type instanceof DateType) {
      return Type.DATE;
    }
    if (type instanceof TimestampType) {
      return Type.UNIXTIME_MICROS;
    }
    if (type instanceof BinaryType) {
      return Type.BINARY;
    }
    throw new LakeException(
        "column %s of %s is %s, which Kudu has not; leave it out with exclude-columns"
            .formatted(field.name(), table.from(), type.sql()));
  }
}
