package io.freshet.connect.format;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A stream that Parquet can write to; what it writes through to stays open. */
final class PositionedStream extends PositionOutputStream {
  private final OutputStream out;
  private long position;

  PositionedStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    position++;
  }

  @Override
  public void write(byte[] source, int from, int count) throws IOException {
    out.write(source, from, count);
    position += count;
  }

  /** The stream as the file that Parquet believes it creates. */
  OutputFile asFile() {
    return new OutputFile() {
      @Override
      public PositionOutputStream create(long blockSizeHint) {
        return PositionedStream.this;
      }

      @Override
      public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return PositionedStream.this;
      }

      @Override
      public boolean supportsBlockSize() {
        return false;
      }

      @Override
      public long defaultBlockSize() {
        return 0;
      }
    };
  }
}
