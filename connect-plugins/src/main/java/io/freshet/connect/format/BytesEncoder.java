package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.RecordEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** Takes values that are bytes as they are, and texts as UTF-8. */
public final class BytesEncoder implements RecordEncoder {
  @Override
  public EncodedRecord encode(SinkRecord record) {
    byte[] bytes = bytes(record);
    return new EncodedRecord(LandedSchema.none(), bytes, 0, bytes.length);
  }

  private static byte[] bytes(SinkRecord record) {
    Object value = record.value();
    if (value instanceof byte[] array) {
      return array;
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    throw new ConnectException(
        "%s-%d, offset %d: the value is a %s, but raw bytes are to be landed; set value.converter"
                .formatted(
                    record.originalTopic(),
                    record.originalKafkaPartition(),
                    record.originalKafkaOffset(),
                    value.getClass().getSimpleName())
            + " to org.apache.kafka.connect.converters.ByteArrayConverter, or another format.class");
  }
}
