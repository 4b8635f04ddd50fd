package io.freshet.connect.s3;

import io.freshet.connect.format.ArrayTaker;
import io.freshet.connect.format.ByteArrays;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that wait for their upload: what was written last is on the heap, what came before it may
 * have been moved to the task's temporary file. It can be read as often as needed, from any byte.
 */
final class SpoolBuffer extends OutputStream implements ArrayTaker, Payload {
  /**
   * A piece of the buffer on the heap.
   *
   * @param start where it begins in the buffer
   * @param from where it begins in its array
   * @param room how much it can hold
   */
  private record Chunk(long start, byte[] bytes, int from, int room) {}

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
      if (last == null || length == last.start() + last.room()) {
        last = newChunk();
      }
      int at = (int) (length - last.start());
      int now = Math.min(count - done, last.room() - at);
      System.arraycopy(bytes, from + done, last.bytes(), last.from() + at, now);
      done += now;
      length += now;
    }
  }

  /** As much again as there is. */
  private Chunk newChunk() {
    byte[] array = pool.take((int) Math.min(heap, ByteArrays.MAX_BYTES));
    return add(new Chunk(length, array, 0, array.length));
  }

  private Chunk add(Chunk chunk) {
    chunks.add(chunk);
    heap += chunk.bytes().length;
    return chunk;
  }

  @Override
  public void takeOver(byte[] array, int from, int count) {
    endLast();
    pool.count(array.length);
    add(new Chunk(length, array, from, count));
    length += count;
  }

  /** What comes next does not go on in the last chunk, whose room is then what it holds. */
  private void endLast() {
    int last = chunks.size() - 1;
    if (last >= 0) {
      Chunk open = chunks.get(last);
      chunks.set(last, new Chunk(open.start(), open.bytes(), open.from(), filled(open)));
    }
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
    while (!chunks.isEmpty()) {
      spoolFirst();
    }
  }

  /** Chunks begin small: as many of the first as fit are written at once. */
  private void spoolFirst() {
    ByteBuffer gathered = inFile.staging();
    int count = 0;
    while (count < chunks.size() && filled(chunks.get(count)) <= gathered.remaining()) {
      Chunk chunk = chunks.get(count++);
      gathered.put(chunk.bytes(), chunk.from(), filled(chunk));
    }
    inFile.append(gathered.flip());
    List<Chunk> written = chunks.subList(0, count);
    written.forEach(this::giveBack);
    written.clear();
  }

  private int filled(Chunk chunk) {
    return (int) Math.min(chunk.room(), length - chunk.start());
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
        int now = Math.min(wanted, chunk.room() - start);
        System.arraycopy(chunk.bytes(), chunk.from() + start, target, to, now);
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
