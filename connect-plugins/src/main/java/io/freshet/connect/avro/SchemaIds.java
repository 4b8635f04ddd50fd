package io.freshet.connect.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Finds the id of the schema that a record's value or key was written with: before its body ({@code
 * 00}, then the id), or in the record's headers as eight bytes, in which case the body is bare; the
 * latter is how Apicurio's serializers write with {@code apicurio.registry.headers.enabled}.
 */
final class SchemaIds {
  static final String BYTES_CONVERTER = "org.apache.kafka.connect.converters.ByteArrayConverter";

  private static final String KEY = "key";

  private final String part;
  private final IdFormat format;
  private final String contentIdHeader;
  private final String globalIdHeader;
  private final String encodingHeader;

  private SchemaIds(String part, IdFormat format) {
    this.part = part;
    this.format = format;
    this.contentIdHeader = "apicurio." + part + ".contentId";
    this.globalIdHeader = "apicurio." + part + ".globalId";
    this.encodingHeader = "apicurio." + part + ".encoding";
  }

  /**
   * @param format what stands before the body
   */
  static SchemaIds ofValues(IdFormat format) {
    return new SchemaIds("value", format);
  }

  /**
   * @param format what stands before the body
   */
  static SchemaIds ofKeys(IdFormat format) {
    return new SchemaIds(KEY, format);
  }

  IdFormat format() {
    return format;
  }

  /** The id before the body, which begins after {@link IdFormat#prefixBytes()}. */
  SchemaId fromPrefix(SinkRecord record, byte[] message) {
    if (message.length < format.prefixBytes()) {
      throw new BadRecordException(
          record,
          "the %s has %d bytes, fewer than the %d of a schema id prefix (registry.id=%s)"
              .formatted(part, message.length, format.prefixBytes(), format.propertyValue()));
    }
    if (message[0] != 0) {
      throw new BadRecordException(
          record,
          "the %s begins with byte 0x%02x, not with the 0x00 of a registry's Avro message"
              .formatted(part, message[0]));
    }
    return format.read(message);
  }

  /** The id in the record's headers; null if there is none. */
  SchemaId fromHeaders(SinkRecord record) {
    if (record.headers().isEmpty()) {
      return null;
    }
    Header content = record.headers().lastWithName(contentIdHeader);
    Header global = record.headers().lastWithName(globalIdHeader);
    if (content == null && global == null) {
      return null;
    }
    Header encoding = record.headers().lastWithName(encodingHeader);
    if (encoding != null && isJson(encoding.value())) {
      throw new BadRecordException(
          record,
          "the " + part + " is Avro in its JSON encoding; only the binary encoding can be landed");
    }
    return content != null
        ? new SchemaId(SchemaId.Kind.CONTENT, id(record, content))
        : new SchemaId(SchemaId.Kind.GLOBAL, id(record, global));
  }

  /** What to say of a body that is not one of the schema that its id names. */
  BadRecordException malformed(SinkRecord record, SchemaId id, MalformedBodyException cause) {
    return new BadRecordException(
        record,
        "%s%s; it was read with the schema of %s, as registry.id=%s says"
            .formatted(
                part.equals(KEY) ? "the key: " : "",
                cause.getMessage(),
                id,
                format.propertyValue()),
        cause);
  }

  private static boolean isJson(Object encoding) {
    String text =
        encoding instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.US_ASCII)
            : String.valueOf(encoding);
    return text.equalsIgnoreCase("JSON");
  }

  private static long id(SinkRecord record, Header header) {
    if (header.value() instanceof byte[] bytes) {
      if (bytes.length == Long.BYTES) {
        return ByteBuffer.wrap(bytes).getLong();
      }
      throw new BadRecordException(
          record, "header '%s' has %d bytes, not 8".formatted(header.key(), bytes.length));
    }
    throw new ConnectException(
        "%s-%d, offset %d: header '%s' did not come as bytes; set header.converter=%s"
            .formatted(
                record.originalTopic(),
                record.originalKafkaPartition(),
                record.originalKafkaOffset(),
                header.key(),
                BYTES_CONVERTER));
  }
}
