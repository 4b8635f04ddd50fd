package io.freshet.connect.avro;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Encodes records' keys, each as a value of a nullable type: messages of a registry as they are,
 * data by its schema, and what has no schema as bytes or text.
 */
public final class KeyEncoder {
  private static final NullableType TEXT = NullableType.of(Schema.create(Schema.Type.STRING));
  private static final NullableType BYTES = NullableType.of(Schema.create(Schema.Type.BYTES));

  /** The type of a registered schema's messages. */
  private record MessageType(NullableType type, BodySkipper body) {}

  private final Optional<SchemaRegistry> registry;
  private final SchemaIds ids;
  private final boolean validate;
  private final Map<SchemaId, MessageType> messageTypes = new HashMap<>();
  private final ConnectData<NullableType> data =
      new ConnectData<>("key", (number, schema) -> NullableType.of(schema));

  /**
   * @param registry where the schemas of keys that come as bytes are looked up; absent: such keys
   *     are plain bytes
   * @param idFormat what stands before a key's body
   * @param validate whether each body is checked to be exactly one datum of its schema
   */
  public KeyEncoder(Optional<SchemaRegistry> registry, IdFormat idFormat, boolean validate) {
    this.registry = registry;
    this.ids = SchemaIds.ofKeys(idFormat);
    this.validate = validate;
  }

  /**
   * Encodes a record's key.
   *
   * @param former type of the key before it in the same partition, which a missing key then has
   *     too, since it says nothing of its own
   * @param target what the key is appended to
   * @return the key's type
   * @throws BadRecordException if this key can't be landed
   */
  NullableType encode(SinkRecord record, Optional<NullableType> former, ByteBuilder target) {
    Object key = record.key();
    if (key == null) {
      NullableType type = former.orElse(TEXT);
      target.put(type.none());
      return type;
    }
    org.apache.kafka.connect.data.Schema schema = record.keySchema();
    if (schema == null && key instanceof Struct struct) {
      schema = struct.schema();
    }
    if (key instanceof byte[] bytes && ConnectSchemas.isPlainBytes(schema)) {
      return registry.isPresent() ? message(record, bytes, target) : bytes(bytes, target);
    }
    if (schema == null) {
      return withoutSchema(key, target);
    }
    NullableType type = data.encode(record, schema, key);
    target.put(type.beforeValue());
    target.put(data.bytes(), 0, data.length());
    return type;
  }

  private NullableType message(SinkRecord record, byte[] bytes, ByteBuilder target) {
    SchemaId id = ids.fromHeaders(record);
    int start = 0;
    if (id == null) {
      id = ids.fromPrefix(record, bytes);
      start = ids.format().prefixBytes();
    }
    MessageType message = messageType(record, id);
    if (validate) {
      try {
        message.body().check(bytes, start, bytes.length);
      } catch (MalformedBodyException malformed) {
        throw ids.malformed(record, id, malformed);
      }
    }
    target.put(message.type().beforeValue());
    target.put(bytes, start, bytes.length - start);
    return message.type();
  }

  private MessageType messageType(SinkRecord record, SchemaId id) {
    MessageType known = messageTypes.get(id);
    if (known == null) {
      try {
        Schema schema = registry.orElseThrow().message(id);
        known = new MessageType(NullableType.of(schema), BodySkipper.compile(schema));
      } catch (UnknownSchemaException unknown) {
        throw new BadRecordException(record, "the key: " + unknown.getMessage(), unknown);
      }
      messageTypes.put(id, known);
    }
    return known;
  }

  private static NullableType withoutSchema(Object key, ByteBuilder target) {
    if (key instanceof byte[] bytes) {
      return bytes(bytes, target);
    }
    if (key instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes(bytes, target);
    }
    target.put(TEXT.beforeValue());
    target.putText(Values.convertToString(null, key));
    return TEXT;
  }

  private static NullableType bytes(byte[] bytes, ByteBuilder target) {
    target.put(BYTES.beforeValue());
    target.putBytes(bytes);
    return BYTES;
  }
}
