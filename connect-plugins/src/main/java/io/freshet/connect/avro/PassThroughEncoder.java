package io.freshet.connect.avro;

import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Takes Avro messages as they come, without decoding them: {@code ByteArrayConverter} in.
 *
 * <p>The schema's id stands before the body ({@code 00}, then the id), or in the headers {@code
 * apicurio.value.contentId} or {@code apicurio.value.globalId} as eight bytes, in which case the
 * value is the bare body; the latter is how Apicurio's serializers write with {@code
 * apicurio.registry.headers.enabled}.
 */
public final class PassThroughEncoder implements RecordEncoder {
  private final SchemaRegistry registry;
  private final SchemaIds ids;
  private final boolean validate;

  /**
   * @param registry where schemas are looked up
   * @param idFormat what stands before the body
   * @param validate whether each body is checked to be exactly one datum of its schema
   */
  public PassThroughEncoder(SchemaRegistry registry, IdFormat idFormat, boolean validate) {
    this.registry = registry;
    this.ids = SchemaIds.ofValues(idFormat);
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
              + SchemaIds.BYTES_CONVERTER);
    }
    SchemaId id = ids.fromHeaders(record);
    int start = 0;
    if (id == null) {
      id = ids.fromPrefix(record, message);
      start = ids.format().prefixBytes();
    }
    LandedSchema schema = schema(record, id);
    if (validate) {
      try {
        schema.body().check(message, start, message.length);
      } catch (MalformedBodyException malformed) {
        throw ids.malformed(record, id, malformed);
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
}
