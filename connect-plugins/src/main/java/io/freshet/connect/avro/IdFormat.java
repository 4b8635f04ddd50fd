package io.freshet.connect.avro;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * How a message's prefix, a zero byte and the schema's id in network byte order, is to be read: a
 * message does not say it of itself. The names are the values of {@code registry.id}.
 */
public enum IdFormat {
  /** Confluent's format; Apicurio's with {@code as-confluent=true} and {@code use-id=contentId}. */
  CONTENT_ID_4(SchemaId.Kind.CONTENT, Integer.BYTES),
  /** Apicurio's eight bytes with {@code use-id=contentId}. */
  CONTENT_ID_8(SchemaId.Kind.CONTENT, Long.BYTES),
  /** Apicurio's with {@code as-confluent=true} and {@code use-id=globalId}. */
  GLOBAL_ID_4(SchemaId.Kind.GLOBAL, Integer.BYTES),
  /** Apicurio's eight bytes with {@code use-id=globalId}. */
  GLOBAL_ID_8(SchemaId.Kind.GLOBAL, Long.BYTES);

  private final SchemaId.Kind kind;
  private final int idBytes;

  IdFormat(SchemaId.Kind kind, int idBytes) {
    this.kind = kind;
    this.idBytes = idBytes;
  }

  /** The format's name as a property value, such as {@code content-id-4}. */
  public String propertyValue() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws IllegalArgumentException if there is no such format
   */
  public static IdFormat of(String propertyValue) {
    return valueOf(propertyValue.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Length of the prefix, its zero byte included. */
  int prefixBytes() {
    return 1 + idBytes;
  }

  SchemaId read(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message, 1, idBytes);
    return new SchemaId(
        kind, idBytes == Long.BYTES ? buffer.getLong() : Integer.toUnsignedLong(buffer.getInt()));
  }
}
