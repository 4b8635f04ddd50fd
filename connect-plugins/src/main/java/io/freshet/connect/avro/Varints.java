package io.freshet.connect.avro;

/** Avro's integers, written without an encoder. */
final class Varints {
  /** Length of the longest one. */
  static final int MAX_BYTES = 10;

  private Varints() {}

  /** Avro's long: zigzag, then seven bits a byte, the lowest first. Returns the index after it. */
  static int putLong(byte[] target, int at, long value) {
    long rest = value << 1 ^ value >> 63;
    int next = at;
    while ((rest & ~0x7fL) != 0) {
      target[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[next++] = (byte) rest;
    return next;
  }
}
