package io.freshet.lake.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whether a text occurs in bytes of any kind, by Horspool's algorithm: where a byte that the text
 * lacks is met, none before it needs a look, so that of a log only one byte in some thirty is read.
 */
final class Occurrence {
  private static final int BUFFER = 1 << 20;

  private final byte[] text;

  /** By the byte that stands where the text would end: how far ahead it may end next. */
  private final int[] ahead = new int[1 << Byte.SIZE];

  /**
   * @param text of ASCII, not empty
   */
  Occurrence(String text) {
    this.text = text.getBytes(StandardCharsets.US_ASCII);
    int last = this.text.length - 1;
    Arrays.fill(ahead, this.text.length);
    for (int i = 0; i < last; i++) {
      ahead[Byte.toUnsignedInt(this.text[i])] = last - i;
    }
  }

  /** Reads on until the text has been found, or to the end. */
  boolean in(InputStream bytes) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int kept = 0;
    while (true) {
      int read = bytes.readNBytes(buffer, kept, buffer.length - kept);
      int filled = kept + read;
      if (in(buffer, filled)) {
        return true;
      }
      if (read == 0) {
        return false;
      }
      // It may begin at the end of what is read.
      kept = Math.min(filled, text.length - 1);
      System.arraycopy(buffer, filled - kept, buffer, 0, kept);
    }
  }

  private boolean in(byte[] bytes, int filled) {
    int last = text.length - 1;
    for (int i = last; i < filled; i += ahead[Byte.toUnsignedInt(bytes[i])]) {
      if (bytes[i] == text[last] && Arrays.equals(bytes, i - last, i, text, 0, last)) {
        return true;
      }
    }
    return false;
  }
}
