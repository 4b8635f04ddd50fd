package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.connect.errors.ConnectException;

/** Writes a file that is nothing but its records' bytes one after another. */
final class StreamWriter implements FormatWriter {
  private static final int BUFFER_BYTES = 16 * 1024;

  /** What zlib allocates for a stream, by its manual; not on the heap, but memory all the same. */
  private static final int DEFLATER_BYTES = 256 * 1024;

  /** Writes one record. */
  @FunctionalInterface
  interface Row {
    void write(EncodedRecord record, long offset, long timestamp, OutputStream out)
        throws IOException;
  }

  private final Row row;
  private final Compression compression;
  private final Counted out;

  /** The stream under way; null: none. */
  private Gzip gzip;

  private long records;

  /**
   * @param out where the file's bytes go; it stays open
   */
  StreamWriter(Row row, Compression compression, OutputStream out) {
    this.row = row;
    this.compression = compression;
    this.out = new Counted(out);
  }

  @Override
  public void append(EncodedRecord record, long offset, long timestamp) {
    try {
      if (compression.gzip() && gzip == null) {
        gzip = new Gzip(out, compression.level());
      }
      row.write(record, offset, timestamp, gzip == null ? out : gzip);
    } catch (IOException failed) {
      throw unwritable(failed);
    }
    records++;
  }

  @Override
  public long records() {
    return records;
  }

  /** Bytes of the file so far; what is still inside of the compressor is not counted. */
  @Override
  public long bytes() {
    return out.bytes;
  }

  @Override
  public long heapBytes() {
    return gzip == null ? 0 : BUFFER_BYTES + DEFLATER_BYTES;
  }

  /** Ends the gzip stream; a file may have several, which readers take for one. */
  @Override
  public void shrink() {
    if (gzip != null) {
      try {
        gzip.finish();
      } catch (IOException failed) {
        throw unwritable(failed);
      }
      close();
    }
  }

  /** Writes out what is left; the metadata have no place in such a file. */
  @Override
  public byte[] finish(Map<String, String> metadata) {
    shrink();
    return new byte[0];
  }

  @Override
  public void close() {
    if (gzip != null) {
      gzip.end();
      gzip = null;
    }
  }

  private static ConnectException unwritable(IOException failed) {
    return new ConnectException("can't buffer a landed file: " + failed.getMessage(), failed);
  }

  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out, int level) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(level);
    }

    /** Frees the compressor's memory; closing would close the file's bytes too. */
    void end() {
      def.end();
    }
  }

  private static final class Counted extends FilterOutputStream {
    private long bytes;

    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      bytes++;
    }

    @Override
    public void write(byte[] source, int from, int count) throws IOException {
      out.write(source, from, count);
      bytes += count;
    }
  }
}
