package io.freshet.lake.verify;

/**
 * The hash that PostgreSQL's {@code hashtextextended(text, bigint)} computes of a text's bytes: Bob
 * Jenkins' lookup3 with 64 bits of seed and result. PostgreSQL has it since version 11 and divides
 * hash-partitioned tables by it, so it stays. It costs a tenth of what {@code md5} does there, and
 * is not made against people who look for collisions.
 *
 * <p>It is that of servers with little-endian processors, which all of PostgreSQL's common
 * platforms are.
 */
final class SourceHash {
  private static final int BASE = 0x9e3779b9 + 3_923_095;
  private static final int BLOCK = 12;

  private SourceHash() {}

  static long of(TextBuffer text, long seed) {
    return of(text.bytes(), text.length(), seed);
  }

  static long of(byte[] bytes, int length, long seed) {
    State state = new State(BASE + length);
    if (seed != 0) {
      state.a += (int) (seed >>> 32);
      state.b += (int) seed;
      state.mix();
    }
    int at = 0;
    for (; length - at >= BLOCK; at += BLOCK) {
      state.a += word(bytes, at, 4);
      state.b += word(bytes, at + 4, 4);
      state.c += word(bytes, at + 8, 4);
      state.mix();
    }
    int left = length - at;
    state.a += word(bytes, at, Math.min(4, left));
    state.b += word(bytes, at + 4, Math.min(4, left - 4));
    // The lowest byte of the last word is the length's.
    state.c += word(bytes, at + 8, left - 8) << 8;
    state.end();
    return (long) state.b << 32 | state.c & 0xffff_ffffL;
  }

  private static int word(byte[] bytes, int at, int count) {
    int word = 0;
    for (int i = count - 1; i >= 0; i--) {
      word = word << 8 | bytes[at + i] & 0xff;
    }
    return word;
  }

  private static final class State {
    private int a;
    private int b;
    private int c;

    State(int start) {
      a = start;
      b = start;
      c = start;
    }

    void mix() {
      a = a - c ^ Integer.rotateLeft(c, 4);
      c += b;
      b = b - a ^ Integer.rotateLeft(a, 6);
      a += c;
      c = c - b ^ Integer.rotateLeft(b, 8);
      b += a;
      a = a - c ^ Integer.rotateLeft(c, 16);
      c += b;
      b = b - a ^ Integer.rotateLeft(a, 19);
      a += c;
      c = c - b ^ Integer.rotateLeft(b, 4);
      b += a;
    }

    void end() {
      c = (c ^ b) - Integer.rotateLeft(b, 14);
      a = (a ^ c) - Integer.rotateLeft(c, 11);
      b = (b ^ a) - Integer.rotateLeft(a, 25);
      c = (c ^ b) - Integer.rotateLeft(b, 16);
      a = (a ^ c) - Integer.rotateLeft(c, 4);
      b = (b ^ a) - Integer.rotateLeft(a, 14);
      c = (c ^ b) - Integer.rotateLeft(b, 24);
    }
  }
}
