package io.freshet.connect.format;

import java.util.zip.Deflater;

/**
 * Compression of a text or bytes file as a whole.
 *
 * @param gzip whether the file is a gzip stream; otherwise it is left as it is
 * @param level how hard gzip tries: 0 to 9, or {@link Deflater#DEFAULT_COMPRESSION}
 */
public record Compression(boolean gzip, int level) {
  /** Files as they are. */
  public static final Compression NONE = new Compression(false, Deflater.DEFAULT_COMPRESSION);

  /** What a file name's extension goes on with. */
  String suffix() {
    return gzip ? ".gz" : "";
  }
}
