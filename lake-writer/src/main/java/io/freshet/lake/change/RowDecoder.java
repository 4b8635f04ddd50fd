package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import io.freshet.schemas.ChangeColumns;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Turns landed messages of one schema into rows of a lake table, with one column more: {@link
 * ChangeBatch#UNAVAILABLE}.
 */
final class RowDecoder {
  private static final String DELETE = "d";
  private static final String TRUNCATE = "t";

  /** One column of the table: how to take it from a message and the image in it. */
  private interface Column {
    Object of(GenericRecord message, GenericRecord image, boolean deleted, Marks marks);
  }

  /** Notes the columns that are unavailable in one message. */
  private static final class Marks {
    private final BitSet columns = new BitSet();

    void add(int column) {
      columns.set(column);
    }

    void clear() {
      columns.clear();
    }

    ArrayData take() {
      if (columns.isEmpty()) {
        return null;
      }
      ArrayData indexes = new GenericArrayData(columns.stream().toArray());
      columns.clear();
      return indexes;
    }
  }

  private final String topic;
  private final StructType target;
  private final MessageShape shape;
  private final Unavailable unavailable;
  private final boolean changelog;
  private final Column[] columns;
  private final int offset;
  private final Schema.Field timestamp;
  private final List<String> keys;
  private final int[] keyColumns;
  private final Marks marks = new Marks();

  /**
   * @param landed the messages' schema
   * @param target the table's schema, which {@link SchemaMerge} made from it
   * @param keys key columns, which a delete keeps
   * @param partition Kafka partition that the messages come from
   */
  RowDecoder(
      Schema landed,
      String topic,
      StructType target,
      List<String> keys,
      int partition,
      Unavailable unavailable) {
    this.topic = topic;
    this.target = target;
    ChangeSchema schema = new ChangeSchema(landed, topic, this::bareNumeric);
    this.shape = schema.shape();
    this.unavailable = unavailable;
    this.offset = landed.getField(ChangeColumns.OFFSET).pos();
    this.timestamp = landed.getField(ChangeColumns.KAFKA_TIMESTAMP);
    this.keys = List.copyOf(keys);
    this.keyColumns =
        keys.stream().filter(names(target)::contains).mapToInt(target::fieldIndex).toArray();
    // Of a row without a key a delete says all that there is to say of it.
    this.changelog = keys.contains(ChangeColumns.OFFSET);
    Map<String, String> sources = sources(schema);
    this.columns = new Column[target.length()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = column(schema.sourceColumns(), sources, i, target.apply(i), keys, partition);
    }
  }

  private static Set<String> names(StructType schema) {
    return Set.of(schema.fieldNames());
  }

  /** A column that is text already gets its decimals so, whatever the setting is by now. */
  private BareNumeric bareNumeric(String column) {
    boolean known = List.of(target.fieldNames()).contains(column);
    DataType type = known ? target.apply(column).dataType() : DataTypes.NullType;
    while (type instanceof ArrayType array) {
      type = array.elementType();
    }
    boolean split = names(target).contains(column + "__string");
    return split || type.equals(DataTypes.StringType) ? BareNumeric.STRING : BareNumeric.DECIMAL;
  }

  /** Which source column's values each column of the table takes. */
  private Map<String, String> sources(ChangeSchema schema) {
    Map<String, String> sources = new HashMap<>();
    schema
        .sourceColumns()
        .forEach(
            (name, type) -> {
              Optional<String> column = SchemaMerge.target(target, name, type.dataType());
              if (column.isPresent()) {
                sources.put(column.get(), name);
              } else if (names(target).contains(name)) {
                throw new LakeException(
                    "column %s of topic %s is %s, but %s in the table"
                        .formatted(
                            name,
                            topic,
                            type.dataType().sql(),
                            target.apply(name).dataType().sql()));
              }
            });
    return sources;
  }

  /** The table's schema with the additional column. */
  static StructType working(StructType table) {
    return table.add(
        ChangeBatch.UNAVAILABLE, DataTypes.createArrayType(DataTypes.IntegerType, false), true);
  }

  private Column column(
      Map<String, ColumnType> source,
      Map<String, String> sources,
      int index,
      StructField target,
      List<String> keys,
      int partition) {
    String name = target.name();
    if (name.equals(ChangeColumns.PARTITION)) {
      return (message, image, gone, unavailableHere) -> partition;
    }
    if (name.equals(ChangeColumns.DELETED)) {
      return (message, image, gone, unavailableHere) -> gone;
    }
    if (sources.containsKey(name)) {
      String from = sources.get(name);
      return sourceColumn(from, source.get(from), index, target, keys.contains(name));
    }
    if (!ChangeColumns.LAKE.contains(name)) {
      return (message, image, gone, unavailableHere) -> null;
    }
    Function<GenericRecord, Object> value = shape.changeColumn(name);
    return target.dataType().equals(DataTypes.StringType)
        ? (message, image, gone, unavailableHere) -> text(value.apply(message))
        : (message, image, gone, unavailableHere) -> value.apply(message);
  }

  private Column sourceColumn(
      String from, ColumnType type, int index, StructField target, boolean key) {
    int position = shape.image().getField(from).pos();
    ColumnType.Converter widen = widening(type.dataType(), target.dataType());
    // A flattened delete fills what it does not know with "" and defaults: never read them.
    boolean kept = key || changelog || ChangeSchema.isChangeColumn(target.name());
    return (message, image, gone, unavailableHere) -> {
      Object value = gone && !kept ? null : image.get(position);
      if (value == null) {
        return null;
      }
      if (!key && unavailable.is(value)) {
        unavailableHere.add(index);
        return null;
      }
      try {
        return widen.convert(type.converter().convert(value));
      } catch (UnfitValueException unfit) {
        throw new BadValueException(
            "column %s is %s, %s".formatted(target.name(), unfit.value(), unfit.getMessage()),
            unfit);
      }
    };
  }

  private static ColumnType.Converter widening(DataType from, DataType to) {
    if (from.equals(to)) {
      return value -> value;
    }
    if (to.equals(DataTypes.LongType)) {
      return value -> ((Integer) value).longValue();
    }
    if (to.equals(DataTypes.DoubleType)) {
      return value -> ((Float) value).doubleValue();
    }
    DecimalType wide = (DecimalType) to;
    return value ->
        Decimal.apply(((Decimal) value).toJavaBigDecimal(), wide.precision(), wide.scale());
  }

  private static Object text(Object value) {
    return value == null ? null : UTF8String.fromString(value.toString());
  }

  /** The message's Kafka offset. */
  long offset(GenericRecord message) {
    return (Long) message.get(offset);
  }

  /** Whether the message says that the source table was emptied; it makes no row. */
  boolean isTruncate(GenericRecord message) {
    return shape.op(message).equals(TRUNCATE);
  }

  /** The topic that the messages are of. */
  String topic() {
    return topic;
  }

  /** The message's Kafka timestamp, milliseconds since the epoch; -1 where it has none. */
  long timestamp(GenericRecord message) {
    Object value = timestamp == null ? null : message.get(timestamp.pos());
    return value instanceof Long millis ? millis : -1;
  }

  /** The values of the row's key as a text; empty where the message does not say all of them. */
  Optional<String> key(GenericRecord message) {
    GenericRecord image = shape.image(message);
    StringJoiner text = new StringJoiner(", ", "[", "]");
    for (String key : keys) {
      Schema.Field field = image == null ? null : image.getSchema().getField(key);
      Object value = field == null ? null : image.get(field.pos());
      if (value == null) {
        return Optional.empty();
      }
      text.add(GenericData.get().toString(value));
    }
    return Optional.of(text.toString());
  }

  /** Whether a row of {@link #row} lacks values that were not logged. */
  boolean isPartial(InternalRow row) {
    return !row.isNullAt(columns.length);
  }

  /**
   * The row for a message that is no truncate.
   *
   * @throws BadValueException if this message can't be made one
   */
  InternalRow row(GenericRecord message) {
    GenericRecord image = shape.image(message);
    boolean gone = shape.op(message).equals(DELETE);
    if (image == null) {
      throw new BadValueException(
          "the message with the operation '%s' holds no row".formatted(shape.op(message)));
    }
    marks.clear(); // A message before this one may have failed half-way.
    Object[] values = new Object[columns.length + 1];
    for (int i = 0; i < columns.length; i++) {
      values[i] = value(i, message, image, gone);
    }
    requireKey(values);
    values[columns.length] = marks.take();
    return new GenericInternalRow(values);
  }

  private Object value(int index, GenericRecord message, GenericRecord image, boolean gone) {
    try {
      return columns[index].of(message, image, gone, marks);
    } catch (BadValueException known) {
      throw known;
    } catch (LakeException known) {
      throw new BadValueException(known.getMessage(), known);
    } catch (RuntimeException unfit) {
      throw new BadValueException(
          "the value of column %s does not fit in %s (%s)"
              .formatted(
                  target.apply(index).name(),
                  target.apply(index).dataType().sql(),
                  unfit.getClass().getSimpleName()),
          unfit);
    }
  }

  private void requireKey(Object[] values) {
    for (int key : keyColumns) {
      if (values[key] == null) {
        throw new BadValueException(
            "the key column %s is null; a row can't be told from others without it"
                .formatted(target.apply(key).name()));
      }
    }
  }
}
