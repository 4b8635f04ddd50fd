package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How one source column's values become Spark's. TYPES.md lists what becomes of what.
 *
 * <p>Debezium 3.7 gives only decimals an Avro logical type; every other type of meaning stands in
 * the {@code connect.name} property beside a plain Avro type, so that property is read first.
 *
 * @param dataType the lake column's type
 * @param converter from Avro's generic value, never null, to Spark's internal one
 */
record ColumnType(DataType dataType, Converter converter) {

  /** From Avro's generic representation to Spark's internal one. */
  interface Converter extends Serializable {
    Object convert(Object value);
  }

  /**
   * @param column the column's name, for the error's text
   * @param schema its Avro schema, as the message carries it
   * @param bare how decimals of any size are stored
   * @throws LakeException if the lake has no type for it
   */
  static ColumnType of(String column, Schema schema, BareNumeric bare) {
    Schema type = notNull(column, schema);
    String meaning = type.getProp("connect.name");
    return switch (meaning == null ? "" : meaning) {
      case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" ->
          new ColumnType(DataTypes.DateType, Temporals::date);
      case "io.debezium.time.IsoDate" -> new ColumnType(DataTypes.DateType, Temporals::isoDate);
      case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp" ->
          timestamp(Temporals::millis);
      case "io.debezium.time.MicroTimestamp" -> timestamp(Temporals::micros);
      case "io.debezium.time.NanoTimestamp" -> timestamp(Temporals::nanos);
      case "io.debezium.time.ZonedTimestamp", "io.debezium.time.IsoTimestamp" ->
          timestamp(Temporals::zoned);
      // Spark has no type for a time of day.
      case "io.debezium.time.Time", "org.apache.kafka.connect.data.Time" ->
          text(value -> Temporals.time(1_000L * (Integer) value));
      case "io.debezium.time.MicroTime" -> text(value -> Temporals.time((Long) value));
      case "io.debezium.time.NanoTime" -> text(value -> Temporals.time((Long) value / 1_000));
      case "io.debezium.time.IsoTime" -> text(Temporals::isoTime);
      case "io.debezium.data.Bits" -> bits(type);
      case Decimals.FIXED_SCALE -> Decimals.fixed(type, bare);
      case Decimals.VARIABLE_SCALE -> Decimals.variable(bare);
      // Refinements of plain types that need no conversion, such as Uuid, Json or FloatVector.
      default -> plain(column, type, bare);
    };
  }

  private static ColumnType plain(String column, Schema type, BareNumeric bare) {
    return switch (type.getType()) {
      case BOOLEAN -> new ColumnType(DataTypes.BooleanType, value -> value);
      case INT -> new ColumnType(DataTypes.IntegerType, value -> value);
      case LONG -> new ColumnType(DataTypes.LongType, value -> value);
      case FLOAT -> new ColumnType(DataTypes.FloatType, value -> value);
      case DOUBLE -> new ColumnType(DataTypes.DoubleType, value -> value);
      case STRING -> new ColumnType(DataTypes.StringType, ColumnType::string);
      case ENUM -> text(Object::toString);
      case BYTES, FIXED ->
          "decimal".equals(type.getProp("logicalType"))
              ? Decimals.fixed(type, bare)
              : new ColumnType(DataTypes.BinaryType, ColumnType::bytes);
      case ARRAY -> array(of(column + "[]", type.getElementType(), bare));
      case MAP -> map(of(column + "{}", type.getValueType(), bare));
      case RECORD -> record(column, type, bare);
      default ->
          throw new LakeException(
              "column %s has the type %s, for which the lake has none; leave it out with the source connector's column.exclude.list"
                  .formatted(column, type));
    };
  }

  /** What a value is as text. */
  private interface Text extends Serializable {
    String of(Object value);
  }

  private static ColumnType text(Text text) {
    return new ColumnType(DataTypes.StringType, value -> UTF8String.fromString(text.of(value)));
  }

  /** Without decoding it, where that would change nothing: Avro's text is UTF-8 as Spark's is. */
  private static UTF8String string(Object value) {
    if (value instanceof Utf8 text) {
      byte[] bytes = Arrays.copyOf(text.getBytes(), text.getByteLength());
      if (isAscii(bytes)) {
        return UTF8String.fromBytes(bytes);
      }
    }
    return UTF8String.fromString(value.toString());
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte each : bytes) {
      if (each < 0) {
        return false;
      }
    }
    return true;
  }

  private static ColumnType timestamp(Converter converter) {
    return new ColumnType(DataTypes.TimestampType, converter);
  }

  private static ColumnType array(ColumnType element) {
    Converter each = element.converter();
    return new ColumnType(
        DataTypes.createArrayType(element.dataType(), true),
        value ->
            new GenericArrayData(
                ((List<?>) value)
                    .stream().map(item -> item == null ? null : each.convert(item)).toArray()));
  }

  private static ColumnType map(ColumnType of) {
    Converter each = of.converter();
    return new ColumnType(
        DataTypes.createMapType(DataTypes.StringType, of.dataType(), true),
        value -> {
          List<Object> keys = new ArrayList<>();
          List<Object> values = new ArrayList<>();
          ((Map<?, ?>) value)
              .forEach(
                  (key, item) -> {
                    keys.add(UTF8String.fromString(key.toString()));
                    values.add(item == null ? null : each.convert(item));
                  });
          return new ArrayBasedMapData(
              new GenericArrayData(keys.toArray()), new GenericArrayData(values.toArray()));
        });
  }

  private static ColumnType record(String column, Schema type, BareNumeric bare) {
    List<StructField> fields = new ArrayList<>();
    List<Converter> converters = new ArrayList<>();
    for (Schema.Field field : type.getFields()) {
      ColumnType of = of(column + "." + field.name(), field.schema(), bare);
      fields.add(DataTypes.createStructField(field.name(), of.dataType(), true));
      converters.add(of.converter());
    }
    Converter[] each = converters.toArray(Converter[]::new);
    return new ColumnType(
        DataTypes.createStructType(fields),
        value -> {
          Object[] row = new Object[each.length];
          for (int i = 0; i < row.length; i++) {
            Object item = ((IndexedRecord) value).get(i);
            row[i] = item == null ? null : each[i].convert(item);
          }
          return new GenericInternalRow(row);
        });
  }

  /**
   * A bit string as its digits. Debezium's bytes begin with the last eight digits, and leave out
   * those that are zeros in front: only the declared length says how many there were.
   */
  private static ColumnType bits(Schema type) {
    int length =
        type.getObjectProp("connect.parameters") instanceof Map<?, ?> parameters
            ? Integer.parseInt(String.valueOf(parameters.get("length")))
            : Integer.MAX_VALUE;
    return text(value -> digits(bytes(value), length));
  }

  private static String digits(byte[] bytes, int length) {
    StringBuilder digits = new StringBuilder();
    for (int i = bytes.length - 1; i >= 0; i--) {
      digits.append(Integer.toBinaryString(bytes[i] & 0xff | 0x100), 1, 9);
    }
    if (length == Integer.MAX_VALUE) {
      int first = digits.indexOf("1");
      return first < 0 ? "" : digits.substring(first);
    }
    return digits.length() < length
        ? "0".repeat(length - digits.length()) + digits
        : digits.substring(digits.length() - length);
  }

  static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static Schema notNull(String column, Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches =
        schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
    if (branches.size() != 1) {
      throw new LakeException(
          "column %s is a union of several types, %s; the lake's columns have one"
              .formatted(column, schema));
    }
    return branches.get(0);
  }
}
