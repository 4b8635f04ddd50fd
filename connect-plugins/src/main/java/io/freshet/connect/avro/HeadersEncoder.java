package io.freshet.connect.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Encodes a record's headers as an array of names and values, in their order and with those whose
 * names repeat. A value that came as bytes stays as it is, another one becomes Connect's text.
 */
final class HeadersEncoder {
  /** Type of the headers of one record. */
  static final Schema TYPE =
      Schema.createArray(
          SchemaBuilder.record("Header")
              .namespace("io.freshet.landed")
              .fields()
              .requiredString("key")
              .optionalBytes("value")
              .endRecord());

  private static final int NULL_BRANCH = 0;
  private static final int BYTES_BRANCH = 1;

  private HeadersEncoder() {}

  /**
   * @param target what the headers are appended to
   * @throws BadRecordException if a header has no text
   */
  static void encode(SinkRecord record, ByteBuilder target) {
    Headers headers = record.headers();
    if (!headers.isEmpty()) {
      target.putLong(headers.size());
      for (Header header : headers) {
        target.putText(header.key());
        byte[] value = bytes(record, header);
        if (value == null) {
          target.putLong(NULL_BRANCH);
        } else {
          target.putLong(BYTES_BRANCH);
          target.putBytes(value);
        }
      }
    }
    target.putLong(0);
  }

  private static byte[] bytes(SinkRecord record, Header header) {
    Object value = header.value();
    if (value == null || value instanceof byte[]) {
      return (byte[]) value;
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    try {
      return Values.convertToString(header.schema(), value).getBytes(StandardCharsets.UTF_8);
    } catch (DataException noText) {
      throw new BadRecordException(
          record,
          "header '%s' has no text: %s".formatted(header.key(), noText.getMessage()),
          noText);
    }
  }
}
