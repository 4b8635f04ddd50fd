package io.freshet.connect.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that wait for their upload: what was written last is on the heap, what came before it may
 * have been moved to the task's temporary file. It can be read as often as needed, from any byte.
 */
final class SpoolBuffer extends OutputStream implements Payload {
  /** A file with few records must cost little. */
  private static final int MIN_CHUNK_BYTES = 1024;

  static final int MAX_CHUNK_BYTES = 256 * 1024;

  /** A piece of the buffer on the heap, which begins at a byte of it. */
  private record Chunk(long start, byte[] bytes) {}

  private final BufferPool pool;
  private final SpoolFile.Region inFile;
  private final List<Chunk> chunks = new ArrayList<>();
  private long heap;
  private long length;

  SpoolBuffer(BufferPool pool, SpoolFile.Region inFile) {
    this.pool = pool;
    this.inFile = inFile;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) {
    int done = 0;
    while (done < count) {
      Chunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
      if (last == null || length == last.start() + last.bytes().length) {
        last = newChunk();
      }
      int at = (int) (length - last.start());
      int now = Math.min(count - done, last.bytes().length - at);
      System.arraycopy(bytes, from + done, last.bytes(), at, now);
      done += now;
      length += now;
    }
  }

  /** As much again as there is. */
  private Chunk newChunk() {
    int size = (int) Math.max(MIN_CHUNK_BYTES, Math.min(heap, MAX_CHUNK_BYTES));
    Chunk chunk = new Chunk(length, pool.take(size));
    chunks.add(chunk);
    heap += size;
    return chunk;
  }

  private void giveBack(Chunk chunk) {
    heap -= chunk.bytes().length;
    pool.giveBack(chunk.bytes());
  }

  /** Bytes that it holds on the heap. */
  long heapBytes() {
    return heap;
  }

  /**
   * Moves everything to the temporary file.
   *
   * @throws NoRoomException if that can't be; what isn't moved stays where it is
   */
  void spool() {
    byte[] gathered = pool.take(MAX_CHUNK_BYTES);
    try {
      while (!chunks.isEmpty()) {
        spoolFirst(gathered);
      }
    } finally {
      pool.giveBack(gathered);
    }
  }

  /** Chunks begin small: as many of the first as fit are written at once. */
  private void spoolFirst(byte[] gathered) {
    int bytes = 0;
    int count = 0;
    while (count < chunks.size() && filled(chunks.get(count)) <= gathered.length - bytes) {
      Chunk chunk = chunks.get(count++);
      System.arraycopy(chunk.bytes(), 0, gathered, bytes, filled(chunk));
      bytes += filled(chunk);
    }
    inFile.append(gathered, bytes);
    List<Chunk> written = chunks.subList(0, count);
    written.forEach(this::giveBack);
    written.clear();
  }

  private int filled(Chunk chunk) {
    return (int) Math.min(chunk.bytes().length, length - chunk.start());
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
        int got =
            at < inFile.length()
                ? inFile.read(at, target, to, wanted)
                : copy(chunkAt(at), target, to, wanted);
        at += got;
        return got;
      }

      private int copy(Chunk chunk, byte[] target, int to, int wanted) {
        int start = (int) (at - chunk.start());
        int now = Math.min(wanted, chunk.bytes().length - start);
        System.arraycopy(chunk.bytes(), start, target, to, now);
        return now;
      }
    };
  }

  private Chunk chunkAt(long at) {
    int low = 0;
    int high = chunks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks.get(middle).start() <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return chunks.get(low);
  }

  @Override
  public void close() {
    chunks.forEach(this::giveBack);
    chunks.clear();
    inFile.close();
  }
}
