package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How one source column's values become Spark's.
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
   * @throws LakeException if the lake has no type for it
   */
  static ColumnType of(String column, Schema schema) {
    Schema type = notNull(column, schema);
    String meaning = type.getProp("connect.name");
    if (meaning != null) {
      switch (meaning) {
        case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date":
          return new ColumnType(DataTypes.DateType, value -> value);
        case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp":
          return new ColumnType(
              DataTypes.TimestampType, value -> Math.multiplyExact((Long) value, 1_000L));
        case "io.debezium.time.MicroTimestamp":
          return new ColumnType(DataTypes.TimestampType, value -> value);
        case "io.debezium.time.ZonedTimestamp":
          return new ColumnType(DataTypes.TimestampType, ColumnType::zoned);
        default:
          break; // A refinement of a plain type that needs no conversion, such as Uuid or Json.
      }
    }
    if (type.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return decimal(column, decimal);
    }
    return plain(column, type);
  }

  private static ColumnType plain(String column, Schema type) {
    return switch (type.getType()) {
      case BOOLEAN -> new ColumnType(DataTypes.BooleanType, value -> value);
      case INT -> new ColumnType(DataTypes.IntegerType, value -> value);
      case LONG -> new ColumnType(DataTypes.LongType, value -> value);
      case FLOAT -> new ColumnType(DataTypes.FloatType, value -> value);
      case DOUBLE -> new ColumnType(DataTypes.DoubleType, value -> value);
      case STRING, ENUM ->
          new ColumnType(DataTypes.StringType, value -> UTF8String.fromString(value.toString()));
      case BYTES, FIXED -> new ColumnType(DataTypes.BinaryType, ColumnType::bytes);
      case ARRAY -> array(column, type);
      default ->
          throw new LakeException(
              "column %s has the type %s, for which the lake has none; leave it out with the source connector's column.exclude.list"
                  .formatted(column, type));
    };
  }

  private static ColumnType array(String column, Schema type) {
    ColumnType element = of(column + "[]", type.getElementType());
    Converter each = element.converter();
    return new ColumnType(
        DataTypes.createArrayType(element.dataType(), true),
        value ->
            new GenericArrayData(
                ((List<?>) value)
                    .stream().map(item -> item == null ? null : each.convert(item)).toArray()));
  }

  private static ColumnType decimal(String column, LogicalTypes.Decimal decimal) {
    int precision = decimal.getPrecision();
    int scale = decimal.getScale();
    if (precision > DecimalType.MAX_PRECISION()) {
      throw new LakeException(
          "column %s is numeric(%d,%d), but the lake's decimals have at most %d digits"
              .formatted(column, precision, scale, DecimalType.MAX_PRECISION()));
    }
    return new ColumnType(
        DataTypes.createDecimalType(precision, scale),
        value ->
            Decimal.apply(
                new BigDecimal(new BigInteger(bytes(value)), scale)
                    .setScale(scale, RoundingMode.UNNECESSARY),
                precision,
                scale));
  }

  /** Debezium's ZonedTimestamp: ISO-8601 with an offset, up to microseconds. */
  private static Object zoned(Object value) {
    Instant instant = OffsetDateTime.parse(value.toString()).toInstant();
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static byte[] bytes(Object value) {
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
