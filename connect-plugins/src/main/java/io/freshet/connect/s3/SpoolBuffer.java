package io.freshet.connect.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes that wait for their upload: on the heap up to a limit, in a temporary file above it. It can
 * be read as often as needed, from any byte.
 */
final class SpoolBuffer extends OutputStream implements Payload {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolBuffer.class);
  private static final int CHUNK_BYTES = 256 * 1024;

  private final long heapLimit;
  private final List<byte[]> chunks = new ArrayList<>();
  private Path file;
  private FileChannel channel;
  private long length;

  /**
   * @param heapLimit bytes that may be held on the heap
   */
  SpoolBuffer(long heapLimit) {
    this.heapLimit = heapLimit;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    if (channel == null && length + count > heapLimit) {
      moveToFile();
    }
    if (channel != null) {
      writeFully(ByteBuffer.wrap(bytes, from, count));
      length += count;
      return;
    }
    int done = 0;
    while (done < count) {
      int at = (int) (length % CHUNK_BYTES);
      if (at == 0) {
        chunks.add(new byte[CHUNK_BYTES]);
      }
      int now = Math.min(count - done, CHUNK_BYTES - at);
      System.arraycopy(bytes, from + done, chunks.get(chunks.size() - 1), at, now);
      done += now;
      length += now;
    }
  }

  private void moveToFile() throws IOException {
    file = Files.createTempFile("freshet-", ".spool");
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      // Unlinked but open: the space is freed however this process ends.
      Files.delete(file);
    } catch (IOException keptOpen) {
      LOG.debug("{} can't be deleted while it is open; it is deleted when it is closed", file);
    }
    long left = length;
    for (byte[] chunk : chunks) {
      writeFully(ByteBuffer.wrap(chunk, 0, (int) Math.min(left, CHUNK_BYTES)));
      left -= CHUNK_BYTES;
    }
    chunks.clear();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException failed) {
      throw new IOException(
          "can't write to the temporary folder "
              + file.getParent()
              + " ("
              + failed.getMessage()
              + "); free space there, or set another with -Djava.io.tmpdir",
          failed);
    }
  }

  /** Whether the bytes are in a temporary file. */
  boolean isInFile() {
    return channel != null;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public InputStream open(long from, long count) {
    return new InputStream() {
      private long at = from;
      private final long end = from + count;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int to, int max) throws IOException {
        if (max == 0) {
          return 0;
        }
        int wanted = (int) Math.min(max, end - at);
        if (wanted <= 0) {
          return -1;
        }
        int got = channel == null ? copy(target, to, wanted) : readFile(target, to, wanted, at);
        at += got;
        return got;
      }

      private int copy(byte[] target, int to, int wanted) {
        int start = (int) (at % CHUNK_BYTES);
        int now = Math.min(wanted, CHUNK_BYTES - start);
        System.arraycopy(chunks.get((int) (at / CHUNK_BYTES)), start, target, to, now);
        return now;
      }
    };
  }

  private int readFile(byte[] target, int to, int wanted, long at) throws IOException {
    int got = channel.read(ByteBuffer.wrap(target, to, wanted), at);
    if (got < 0) {
      throw new IOException("temporary file " + file + " was cut short");
    }
    return got;
  }

  @Override
  public void close() {
    chunks.clear();
    if (channel != null) {
      try {
        channel.close();
        Files.deleteIfExists(file);
      } catch (IOException notReleased) {
        throw new UncheckedIOException("can't release temporary file " + file, notReleased);
      }
    }
  }
}
