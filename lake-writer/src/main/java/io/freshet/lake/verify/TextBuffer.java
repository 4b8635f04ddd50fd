package io.freshet.lake.verify;

import java.nio.charset.StandardCharsets;

/** Bytes of a row's text while it is put together; one is used for many rows. */
final class TextBuffer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[512];
  private int length;

  void clear() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void append(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  void append(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  void append(String ascii) {
    append(ascii.getBytes(StandardCharsets.UTF_8));
  }

  /** The digits of a number. */
  void number(long value) {
    if (value >= 0 && value < 10) {
      append((char) ('0' + value));
    } else {
      append(Long.toString(value));
    }
  }

  void hex(byte[] value) {
    room(2 * value.length);
    for (byte each : value) {
      bytes[length++] = HEX[each >> 4 & 0xf];
      bytes[length++] = HEX[each & 0xf];
    }
  }

  /**
   * The lower bits of a number.
   *
   * @param digits how many of four bits each
   */
  void hex(long value, int digits) {
    room(digits);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      bytes[length++] = HEX[(int) (value >> shift) & 0xf];
    }
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = java.util.Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
