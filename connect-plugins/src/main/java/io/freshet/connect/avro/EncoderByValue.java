package io.freshet.connect.avro;

import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** Takes bytes as Avro messages to be passed through, and everything that has a schema as data. */
public final class EncoderByValue implements RecordEncoder {
  private final Optional<PassThroughEncoder> passThrough;
  private final ConnectDataEncoder data;

  /**
   * @param passThrough encoder of values that come as bytes; absent: such values are refused
   * @param data encoder of values that come with a schema
   */
  public EncoderByValue(Optional<PassThroughEncoder> passThrough, ConnectDataEncoder data) {
    this.passThrough = passThrough;
    this.data = data;
  }

  @Override
  public EncodedRecord encode(SinkRecord record) {
    if (isMessage(record)) {
      return passThrough
          .orElseThrow(
              () ->
                  misconfigured(
                      record,
                      "the value came as bytes, which can't be read without the registry; set"
                          + " registry.url, or an Avro converter as value.converter"))
          .encode(record);
    }
    if (record.valueSchema() == null && !(record.value() instanceof Struct)) {
      throw misconfigured(
          record,
          "the value is a "
              + record.value().getClass().getSimpleName()
              + " without a schema, which Avro needs; set value.converter to an Avro converter, or"
              + " to org.apache.kafka.connect.converters.ByteArrayConverter together with"
              + " registry.url");
    }
    return data.encode(record);
  }

  private static boolean isMessage(SinkRecord record) {
    return record.value() instanceof byte[] && ConnectSchemas.isPlainBytes(record.valueSchema());
  }

  private static ConnectException misconfigured(SinkRecord record, String reason) {
    return new ConnectException(
        "%s-%d, offset %d: %s"
            .formatted(
                record.originalTopic(),
                record.originalKafkaPartition(),
                record.originalKafkaOffset(),
                reason));
  }
}
