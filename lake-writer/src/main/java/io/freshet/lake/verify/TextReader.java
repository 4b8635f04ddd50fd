package io.freshet.lake.verify;

import java.nio.charset.StandardCharsets;

/** Takes a row's text apart again. */
final class TextReader {
  private final byte[] bytes;
  private int at;

  TextReader(String text) {
    this.bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the next byte is this one; if so, it is passed over. */
  boolean passes(char ascii) {
    if (at < bytes.length && bytes[at] == ascii) {
      at++;
      return true;
    }
    return false;
  }

  /** What stands before the next of these bytes, which is passed over. */
  String upTo(char ascii) {
    int begin = at;
    while (bytes[at] != ascii) {
      at++;
    }
    return new String(bytes, begin, at++ - begin, StandardCharsets.UTF_8);
  }

  /** The next bytes. */
  String take(int count) {
    at += count;
    return new String(bytes, at - count, count, StandardCharsets.UTF_8);
  }

  int position() {
    return at;
  }

  /** What was read since a position. */
  String since(int position) {
    return new String(bytes, position, at - position, StandardCharsets.UTF_8);
  }
}
