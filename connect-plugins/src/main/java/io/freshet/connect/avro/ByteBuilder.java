package io.freshet.connect.avro;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are put together; used again for each record. */
final class ByteBuilder {
  private byte[] bytes = new byte[256];
  private int length;

  /** The array that begins with the bytes; valid until the next one is put. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  void clear() {
    length = 0;
  }

  void put(byte[] from) {
    put(from, 0, from.length);
  }

  void put(byte[] from, int start, int count) {
    grow(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  /** An Avro long, int, count or branch. */
  void putLong(long value) {
    grow(Varints.MAX_BYTES);
    length = Varints.putLong(bytes, length, value);
  }

  /** Avro bytes, or a string's UTF-8: the length first. */
  void putBytes(byte[] value) {
    putLong(value.length);
    put(value);
  }

  void putText(String value) {
    putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private void grow(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
