package io.freshet.connect.format;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.PassThroughEncoder;
import io.freshet.connect.avro.RecordEncoder;
import io.freshet.schemas.ChangeColumns;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.DecimalFormat;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Makes each value a JSON object: data as Kafka Connect's {@code JsonConverter} writes them without
 * schemas, Avro messages that come as bytes in the same way. A value that is no object becomes the
 * one field {@code value} of one.
 */
public final class JsonEncoder implements RecordEncoder {
  private static final byte[] WRAPPER = "{\"value\":".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.US_ASCII);

  private final JsonConverter converter = new JsonConverter();
  private final Optional<PassThroughEncoder> passThrough;
  private final AvroJson avro;
  private final List<String> appended;

  /**
   * @param passThrough reader of values that come as bytes; absent: such values are refused
   * @param decimals how decimals are written
   * @param columns names of the columns that are appended beside those that every row has
   */
  public JsonEncoder(
      Optional<PassThroughEncoder> passThrough, DecimalFormat decimals, List<String> columns) {
    this.passThrough = passThrough;
    this.appended =
        Stream.concat(
                Stream.of(ChangeColumns.OFFSET, ChangeColumns.KAFKA_TIMESTAMP), columns.stream())
            .toList();
    this.avro = new AvroJson(decimals);
    converter.configure(
        Map.of(
            "schemas.enable",
            false,
            "decimal.format",
            decimals.name(),
            // A null that the producer wrote is landed as one.
            "replace.null.with.default",
            false),
        false);
  }

  @Override
  public EncodedRecord encode(SinkRecord record) {
    byte[] json = object(isMessage(record) ? message(record) : data(record));
    return new EncodedRecord(LandedSchema.none(), json, 0, json.length);
  }

  /** What is no object becomes the one field of one. */
  static byte[] object(byte[] json) {
    if (json[0] == '{') {
      return json;
    }
    byte[] object = new byte[WRAPPER.length + json.length + 1];
    System.arraycopy(WRAPPER, 0, object, 0, WRAPPER.length);
    System.arraycopy(json, 0, object, WRAPPER.length, json.length);
    object[object.length - 1] = '}';
    return object;
  }

  private static boolean isMessage(SinkRecord record) {
    Schema schema = record.valueSchema();
    return record.value() instanceof byte[]
        && (schema == null || schema.type() == Schema.Type.BYTES && schema.name() == null);
  }

  private byte[] message(SinkRecord record) {
    PassThroughEncoder reader =
        passThrough.orElseThrow(
            () ->
                new ConnectException(
                    "%s-%d, offset %d: the value came as bytes; set registry.url if it is Avro,"
                            .formatted(
                                record.originalTopic(),
                                record.originalKafkaPartition(),
                                record.originalKafkaOffset())
                        + " value.converter=org.apache.kafka.connect.json.JsonConverter if it is"
                        + " JSON, or format.class=bytes to land it as it is"));
    EncodedRecord encoded = reader.encode(record);
    org.apache.avro.Schema message = encoded.schema().message();
    refuseAppendedNames(
        record,
        name ->
            message.getType() == org.apache.avro.Schema.Type.RECORD
                && message.getField(name) != null);
    return avro.value(encoded);
  }

  private byte[] data(SinkRecord record) {
    Schema schema = record.valueSchema();
    if (schema == null && record.value() instanceof Struct struct) {
      schema = struct.schema();
    }
    refuseAppendedNames(
        record,
        name ->
            record.value() instanceof Struct struct && struct.schema().field(name) != null
                || record.value() instanceof Map<?, ?> map && map.containsKey(name));
    try {
      return converter.fromConnectData(record.topic(), schema, record.value());
    } catch (DataException unfit) {
      throw new BadRecordException(
          record, "the value has no JSON form: " + unfit.getMessage(), unfit);
    }
  }

  /** A missing value: an object without fields. */
  public static EncodedRecord none() {
    return new EncodedRecord(LandedSchema.none(), EMPTY, 0, EMPTY.length);
  }

  private void refuseAppendedNames(SinkRecord record, Predicate<String> isField) {
    for (String name : appended) {
      if (isField.test(name)) {
        throw new BadRecordException(
            record,
            "the value already has a field '%s', which the landing log appends; rename or drop it"
                    .formatted(name)
                + " with a transform");
      }
    }
  }
}
