package io.freshet.connect.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Takes Avro messages as they come, without decoding them: {@code ByteArrayConverter} in.
 *
 * <p>The schema's id stands before the body ({@code 00}, then the id), or in the headers {@value
 * #CONTENT_ID_HEADER} or {@value #GLOBAL_ID_HEADER} as eight bytes, in which case the value is the
 * bare body; the latter is how Apicurio's serializers write with {@code
 * apicurio.registry.headers.enabled}.
 */
public final class PassThroughEncoder implements RecordEncoder {
  static final String CONTENT_ID_HEADER = "apicurio.value.contentId";
  static final String GLOBAL_ID_HEADER = "apicurio.value.globalId";
  static final String ENCODING_HEADER = "apicurio.value.encoding";

  private static final String BYTES_CONVERTER =
      "org.apache.kafka.connect.converters.ByteArrayConverter";

  private final SchemaRegistry registry;
  private final IdFormat idFormat;
  private final boolean validate;

  /**
   * @param registry where schemas are looked up
   * @param idFormat what stands before the body
   * @param validate whether each body is checked to be exactly one datum of its schema
   */
  public PassThroughEncoder(SchemaRegistry registry, IdFormat idFormat, boolean validate) {
    this.registry = registry;
    this.idFormat = idFormat;
    this.validate = validate;
  }

  @Override
  public EncodedRecord encode(SinkRecord record) {
    if (!(record.value() instanceof byte[] message)) {
      throw new ConnectException(
          "%s-%d, offset %d: the value is a %s, but Avro messages are landed as they are; set"
                  .formatted(
                      record.originalTopic(),
                      record.originalKafkaPartition(),
                      record.originalKafkaOffset(),
                      record.value().getClass().getSimpleName())
              + " value.converter="
              + BYTES_CONVERTER);
    }
    SchemaId id = idFromHeaders(record);
    int start = 0;
    if (id == null) {
      id = idFromPrefix(record, message);
      start = idFormat.prefixBytes();
    }
    LandedSchema schema = schema(record, id);
    if (validate) {
      try {
        schema.body().check(message, start, message.length);
      } catch (MalformedBodyException malformed) {
        throw new BadRecordException(
            record,
            malformed.getMessage()
                + "; it was read with the schema of "
                + id
                + ", as registry.id="
                + idFormat.propertyValue()
                + " says",
            malformed);
      }
    }
    return new EncodedRecord(schema, message, start, message.length - start);
  }

  private LandedSchema schema(SinkRecord record, SchemaId id) {
    try {
      return registry.schema(id);
    } catch (UnknownSchemaException unknown) {
      throw new BadRecordException(record, unknown.getMessage(), unknown);
    }
  }

  private SchemaId idFromPrefix(SinkRecord record, byte[] message) {
    if (message.length < idFormat.prefixBytes()) {
      throw new BadRecordException(
          record,
          "the value has %d bytes, fewer than the %d of a schema id prefix (registry.id=%s)"
              .formatted(message.length, idFormat.prefixBytes(), idFormat.propertyValue()));
    }
    if (message[0] != 0) {
      throw new BadRecordException(
          record,
          "the value begins with byte 0x%02x, not with the 0x00 of a registry's Avro message"
              .formatted(message[0]));
    }
    return idFormat.read(message);
  }

  private static SchemaId idFromHeaders(SinkRecord record) {
    if (record.headers().isEmpty()) {
      return null;
    }
    Header content = record.headers().lastWithName(CONTENT_ID_HEADER);
    Header global = record.headers().lastWithName(GLOBAL_ID_HEADER);
    if (content == null && global == null) {
      return null;
    }
    Header encoding = record.headers().lastWithName(ENCODING_HEADER);
    if (encoding != null && isJson(encoding.value())) {
      throw new BadRecordException(
          record, "the value is Avro in its JSON encoding; only the binary encoding can be landed");
    }
    return content != null
        ? new SchemaId(SchemaId.Kind.CONTENT, id(record, content))
        : new SchemaId(SchemaId.Kind.GLOBAL, id(record, global));
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
