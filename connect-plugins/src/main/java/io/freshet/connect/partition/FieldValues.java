package io.freshet.connect.partition;

import io.freshet.connect.avro.BodyField.Datum;
import io.freshet.connect.partition.FieldValue.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Makes the three forms of a value one. All methods: empty if the type can't stand in a path. */
final class FieldValues {
  /** Debezium's number whose scale stands beside it. */
  private static final String VARIABLE_DECIMAL = "io.debezium.data.VariableScaleDecimal";

  /** Names of Connect schemas; Debezium's are described in its connectors' documentation. */
  private static final Map<String, Kind> CONNECT =
      Map.ofEntries(
          Map.entry(Date.LOGICAL_NAME, Kind.DATE),
          Map.entry(Time.LOGICAL_NAME, Kind.TIME_MILLIS),
          Map.entry(Timestamp.LOGICAL_NAME, Kind.TIMESTAMP_MILLIS),
          Map.entry("io.debezium.time.Date", Kind.EPOCH_DAYS),
          Map.entry("io.debezium.time.Timestamp", Kind.EPOCH_MILLIS),
          Map.entry("io.debezium.time.MicroTimestamp", Kind.EPOCH_MICROS),
          Map.entry("io.debezium.time.NanoTimestamp", Kind.EPOCH_NANOS),
          Map.entry("io.debezium.time.Time", Kind.NO_MOMENT),
          Map.entry("io.debezium.time.MicroTime", Kind.NO_MOMENT),
          Map.entry("io.debezium.time.NanoTime", Kind.NO_MOMENT),
          Map.entry("io.debezium.time.MicroDuration", Kind.NO_MOMENT),
          Map.entry("io.debezium.time.NanoDuration", Kind.NO_MOMENT),
          Map.entry("io.debezium.time.Year", Kind.NO_MOMENT));

  /** Names of Avro's logical types, from its specification. */
  private static final Map<String, Kind> AVRO =
      Map.of(
          "date", Kind.DATE,
          "time-millis", Kind.TIME_MILLIS,
          "time-micros", Kind.TIME_MICROS,
          "timestamp-millis", Kind.TIMESTAMP_MILLIS,
          "timestamp-micros", Kind.TIMESTAMP_MICROS,
          "timestamp-nanos", Kind.TIMESTAMP_NANOS,
          "local-timestamp-millis", Kind.LOCAL_TIMESTAMP_MILLIS,
          "local-timestamp-micros", Kind.LOCAL_TIMESTAMP_MICROS,
          "local-timestamp-nanos", Kind.LOCAL_TIMESTAMP_NANOS);

  private FieldValues() {}

  static Optional<FieldValue> ofConnect(Schema schema, Object value) {
    if (value instanceof java.util.Date date) {
      return Optional.of(ofDate(schema, date));
    }
    if (value instanceof Struct struct) {
      return VARIABLE_DECIMAL.equals(schema.name())
          ? Optional.of(variable(struct.getBytes("value"), struct.getInt32("scale")))
          : Optional.empty();
    }
    if (value instanceof Byte || value instanceof Short) {
      // Not an int, which could count seconds.
      return Optional.of(new FieldValue(value, Kind.NO_MOMENT));
    }
    return scalar(value, kind(schema.name()));
  }

  private static FieldValue ofDate(Schema schema, java.util.Date date) {
    if (Date.LOGICAL_NAME.equals(schema.name())) {
      return new FieldValue(Date.fromLogical(schema, date), Kind.DATE);
    }
    if (Time.LOGICAL_NAME.equals(schema.name())) {
      return new FieldValue(Time.fromLogical(schema, date), Kind.TIME_MILLIS);
    }
    return new FieldValue(date.getTime(), Kind.TIMESTAMP_MILLIS);
  }

  static Optional<FieldValue> ofSchemaless(Object value) {
    return value instanceof java.util.Date date
        ? Optional.of(new FieldValue(date.getTime(), Kind.TIMESTAMP_MILLIS))
        : scalar(value, Kind.PLAIN);
  }

  static Optional<FieldValue> ofAvro(Datum datum) {
    org.apache.avro.Schema schema = datum.schema();
    LogicalType logical = schema.getLogicalType();
    String connectName = schema.getProp("connect.name");
    return switch (schema.getType()) {
      case BOOLEAN, FLOAT, DOUBLE, STRING -> scalar(datum.value(), Kind.PLAIN);
      case ENUM -> scalar(datum.value().toString(), Kind.PLAIN);
      case INT, LONG ->
          scalar(
              datum.value(),
              logical == null
                  ? kind(connectName)
                  : AVRO.getOrDefault(logical.getName(), Kind.PLAIN));
      case BYTES -> bytes(logical, array((ByteBuffer) datum.value()));
      case FIXED -> bytes(logical, ((GenericFixed) datum.value()).bytes());
      case RECORD -> VARIABLE_DECIMAL.equals(connectName) ? variable(datum) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<FieldValue> bytes(LogicalType logical, byte[] bytes) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return scalar(new BigDecimal(new BigInteger(bytes), decimal.getScale()), Kind.PLAIN);
    }
    if (logical instanceof LogicalTypes.Uuid && bytes.length == 2 * Long.BYTES) {
      ByteBuffer halves = ByteBuffer.wrap(bytes);
      return scalar(new UUID(halves.getLong(), halves.getLong()).toString(), Kind.PLAIN);
    }
    return Optional.empty();
  }

  private static Optional<FieldValue> variable(Datum datum) {
    IndexedRecord record = (IndexedRecord) datum.value();
    int scale = datum.schema().getField("scale").pos();
    int value = datum.schema().getField("value").pos();
    return Optional.of(
        variable(array((ByteBuffer) record.get(value)), (Integer) record.get(scale)));
  }

  /** Equal numbers come with several scales, and belong in one folder. */
  private static FieldValue variable(byte[] unscaled, int scale) {
    BigDecimal number = new BigDecimal(new BigInteger(unscaled), scale);
    return FieldValue.plain(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
  }

  private static Optional<FieldValue> scalar(Object value, Kind kind) {
    boolean known = value instanceof Boolean || value instanceof Number || value instanceof String;
    return known ? Optional.of(new FieldValue(value, kind)) : Optional.empty();
  }

  private static Kind kind(String connectName) {
    return connectName == null ? Kind.PLAIN : CONNECT.getOrDefault(connectName, Kind.PLAIN);
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] array = new byte[buffer.remaining()];
    buffer.duplicate().get(array);
    return array;
  }
}
