package io.freshet.lake.store;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;

/** The content of a small file, for Hadoop's readers. */
final class StoredBytes extends ByteArrayInputStream implements Seekable, PositionedReadable {
  StoredBytes(byte[] content) {
    super(content);
  }

  @Override
  public synchronized void seek(long position) throws IOException {
    if (position < 0 || position > count) {
      throw new EOFException("position " + position + " of " + count + " bytes");
    }
    pos = (int) position;
  }

  @Override
  public synchronized long getPos() {
    return pos;
  }

  @Override
  public boolean seekToNewSource(long position) {
    return false;
  }

  @Override
  public synchronized int read(long position, byte[] into, int offset, int length) {
    if (position < 0 || position >= count) {
      return -1;
    }
    int read = Math.min(length, count - (int) position);
    System.arraycopy(buf, (int) position, into, offset, read);
    return read;
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int length) throws IOException {
    if (length > 0 && read(position, into, offset, length) < length) {
      throw new EOFException("position " + (position + length) + " of " + count + " bytes");
    }
  }

  @Override
  public void readFully(long position, byte[] into) throws IOException {
    readFully(position, into, 0, into.length);
  }
}
