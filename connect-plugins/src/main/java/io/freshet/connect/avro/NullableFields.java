package io.freshet.connect.avro;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Makes every top-level field of a message nullable, without decoding the message: a union's branch
 * is put before each field that was not a union. A message without any value, all of its fields
 * null, then is of the same schema. Compiled once per schema.
 */
final class NullableFields {
  private final Schema schema;
  private final Part[] parts;
  private final byte[] none;

  /** A field: what stands before it, and its length in a message. */
  private record Part(byte[] before, BodySkipper skipper) {}

  private NullableFields(Schema schema, List<Part> parts, byte[] none) {
    this.schema = schema;
    this.parts = parts.toArray(Part[]::new);
    this.none = none;
  }

  /**
   * @param message a message's schema; one that is no record counts as one field
   */
  static NullableFields of(Schema message) {
    if (message.getType() != Schema.Type.RECORD) {
      NullableType type = NullableType.of(message);
      return new NullableFields(type.schema(), List.of(part(type, message)), type.none());
    }
    Schema nullable =
        Schema.createRecord(
            message.getName(), message.getDoc(), message.getNamespace(), message.isError());
    nullable.addAllProps(message);
    List<Schema.Field> fields = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    ByteBuilder none = new ByteBuilder();
    for (Schema.Field field : message.getFields()) {
      NullableType type = NullableType.of(field.schema(), field.defaultVal());
      fields.add(Fields.copy(field, type.schema()));
      parts.add(part(type, field.schema()));
      none.put(type.none());
    }
    nullable.setFields(fields);
    return new NullableFields(nullable, parts, none.toBytes());
  }

  private static Part part(NullableType type, Schema original) {
    return new Part(type.beforeValue(), BodySkipper.compile(original));
  }

  /** The message's schema with every field nullable. */
  Schema schema() {
    return schema;
  }

  /** The message whose fields are all null. Not to be changed. */
  byte[] none() {
    return none;
  }

  /**
   * Appends the message from {@code start} to {@code end} as a datum of {@link #schema()}.
   *
   * @throws MalformedBodyException if the bytes are not exactly one message
   */
  void put(byte[] bytes, int start, int end, ByteBuilder target) throws MalformedBodyException {
    int copied = start;
    int at = start;
    for (Part part : parts) {
      if (part.before().length > 0) {
        target.put(bytes, copied, at - copied);
        target.put(part.before());
        copied = at;
      }
      at = part.skipper().skip(bytes, at, end, 0);
    }
    if (at != end) {
      throw new MalformedBodyException((end - at) + " bytes are left over after the Avro body");
    }
    target.put(bytes, copied, end - copied);
  }
}
