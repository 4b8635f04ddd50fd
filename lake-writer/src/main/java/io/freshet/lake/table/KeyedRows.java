package io.freshet.lake.table;

import io.freshet.lake.change.ChangeBatch;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows with what is asked of them to find where they lie: a hash of their key, the values of the
 * partition's columns, and flags.
 *
 * <p>The hash is the first half of a SHA-256. Of 10 million keys, two have the same one with a
 * probability of 10<sup>-25</sup>, and nobody who chooses keys can find such two. A row that was
 * taken for another's would be deleted where it never was, so nothing would be lost; the other one
 * might stay behind at its next move.
 */
final class KeyedRows {
  static final String KEY = "_freshet_key";
  static final String PARTITION = "_freshet_partition";
  static final String FLAGS = "_freshet_flags";

  /** What {@link PackedKeys} takes. */
  static final List<String> PACKED = List.of(KEY, PARTITION, FLAGS);

  /** Values that Hudi puts into one partition with null. */
  private static final Object[] NO_VALUE = {"", "__HIVE_DEFAULT_PARTITION__"};

  private final TableSpec spec;
  private final StructType schema;

  /**
   * @param rows of the schema that the table has with these rows
   */
  KeyedRows(TableSpec spec, StructType rows) {
    this.spec = spec;
    this.schema = rows;
  }

  /** The columns that partition the table, in their order. */
  StructType partition() {
    StructType partition = new StructType();
    for (String name : spec.config().partitionBy()) {
      partition = partition.add(name, schema.apply(name).dataType(), true);
    }
    return partition;
  }

  /** Changes, with {@link #PACKED} behind their columns. */
  Dataset<Row> changes(Dataset<Row> rows) {
    Column lacks = functions.lit(false);
    for (int text : texts()) {
      lacks =
          lacks.or(
              column(schema.apply(text).name())
                  .eqNullSafe(HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE));
    }
    List<Column> columns =
        new ArrayList<>(Arrays.stream(rows.columns()).map(KeyedRows::column).toList());
    columns.add(key().as(KEY));
    columns.add(place(KeyedRows::column).as(PARTITION));
    columns.add(
        flag(functions.col(ChangeColumns.OP).eqNullSafe("d"), PackedKeys.DELETE)
            .plus(flag(lacks, PackedKeys.LACKS_TEXT))
            .plus(
                flag(
                    new UnloggedPartitions(spec, schema).lacking().orElse(functions.lit(false)),
                    PackedKeys.LACKS_PARTITION))
            .as(FLAGS));
    return rows.select(columns.toArray(Column[]::new));
  }

  /** Stored rows, reduced to {@link #PACKED}. */
  Dataset<Row> stored(Dataset<Row> rows) {
    return rows.select(
        key().as(KEY), place(this::storedPlace).as(PARTITION), functions.lit(0).as(FLAGS));
  }

  /**
   * @param keyed {@link #stored} rows
   * @param most more than that are too many: then not all are returned
   */
  JavaRDD<PackedKeys> packed(Dataset<Row> keyed, long most) {
    return keyed.queryExecution().toRdd().toJavaRDD().mapPartitions(packed(0, most));
  }

  /** Packs the rows of {@link #changes}. */
  FlatMapFunction<Iterator<InternalRow>, PackedKeys> packed() {
    return packed(schema.length(), Long.MAX_VALUE);
  }

  private FlatMapFunction<Iterator<InternalRow>, PackedKeys> packed(int first, long most) {
    StructType partition = partition();
    return part -> PackedKeys.of(part, first, partition, most);
  }

  /** Indexes of the columns that may hold the placeholder of a text that was not logged. */
  int[] texts() {
    List<Integer> texts = new ArrayList<>();
    for (int i = 0; i < schema.length(); i++) {
      String name = schema.apply(i).name();
      if (schema.apply(i).dataType().equals(DataTypes.StringType)
          && !spec.keys().contains(name)
          && !ChangeColumns.LAKE.contains(name)
          && !name.equals(ChangeBatch.UNAVAILABLE)) {
        texts.add(i);
      }
    }
    return texts.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Column flag(Column condition, int flag) {
    return functions.when(condition, functions.lit(flag)).otherwise(functions.lit(0));
  }

  private Column key() {
    Column text = functions.lit("");
    for (String name : spec.keys()) {
      DataType type = schema.apply(name).dataType();
      Column value = text(column(name).cast(type), type);
      text =
          spec.keys().size() == 1
              ? value
              : functions.concat(
                  text, functions.length(value).cast("string"), functions.lit(":"), value);
    }
    Column hex = functions.sha2(text.cast("binary"), 256);
    return functions.unhex(functions.substring(hex, 1, 32));
  }

  /** The same text for equal values only: a local time comes twice in autumn. */
  private static Column text(Column value, DataType type) {
    if (type.equals(DataTypes.BinaryType)) {
      return functions.base64(value);
    }
    return type.equals(DataTypes.TimestampType)
        ? functions.unix_micros(value).cast("string")
        : value.cast("string");
  }

  /** Hudi names a partition by a moment's microseconds, and its readers take that for null. */
  private Column storedPlace(String name) {
    if (!schema.apply(name).dataType().equals(DataTypes.TimestampType)) {
      return column(name);
    }
    Column path = functions.col("_hoodie_partition_path");
    Column micros = functions.regexp_extract(path, "(^|/)\\Q" + name + "\\E=(-?[0-9]+)(/|$)", 2);
    return functions.timestamp_micros(functions.when(micros.notEqual(""), micros.cast("bigint")));
  }

  private Column place(Function<String, Column> values) {
    List<Column> place = new ArrayList<>();
    for (String name : spec.config().partitionBy()) {
      DataType type = schema.apply(name).dataType();
      Column value = values.apply(name).cast(type);
      place.add(
          type.equals(DataTypes.StringType)
              ? functions.when(value.isin(NO_VALUE), functions.lit(null)).otherwise(value)
              : value);
    }
    return functions.struct(place.toArray(Column[]::new));
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
