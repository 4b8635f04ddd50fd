package io.freshet.connect.s3;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The buffers of one task, and the heap that they may hold together.
 *
 * <p>Room is made <em>before</em> a record is taken, never while it is: a full disk then finds
 * every record either in a buffer or still to be delivered. Meanwhile a buffer may hold more than
 * its share, which is counted all the same.
 */
final class BufferPool implements AutoCloseable {
  /** Heap that can be freed while a file stays open. */
  interface Holder {
    /** Bytes of heap that {@link #spool} would free. */
    long heapBytes();

    /**
     * Moves what is held on the heap to the temporary file.
     *
     * @throws NoRoomException if it can't; nothing is lost then
     */
    void spool();
  }

  /** What of the limit may be kept beyond it, for arrays that will be needed again at once. */
  private static final int SPARE_SHARE = 16;

  private final long limit;
  private final SpoolFile file;
  private final Set<Holder> holders = Collections.newSetFromMap(new IdentityHashMap<>());
  private final AtomicLong used = new AtomicLong();
  private final Deque<byte[]> spare = new ArrayDeque<>();
  private long spoolAbove;

  /**
   * @param limit bytes of heap
   */
  BufferPool(long limit, SpoolFile file) {
    this.limit = limit;
    this.file = file;
    this.spoolAbove = limit;
  }

  /** A buffer, empty. */
  SpoolBuffer buffer() {
    return new SpoolBuffer(this, file.new Region());
  }

  /** An array for a buffer, which need not be clean. */
  byte[] take(int size) {
    byte[] array = size == SpoolBuffer.MAX_CHUNK_BYTES ? spare.poll() : null;
    count(size);
    return array == null ? new byte[size] : array;
  }

  /** Takes an array back; a few of the large ones are used again. */
  void giveBack(byte[] array) {
    count(-array.length);
    long kept = (spare.size() + 1L) * SpoolBuffer.MAX_CHUNK_BYTES;
    if (array.length == SpoolBuffer.MAX_CHUNK_BYTES && kept <= limit / SPARE_SHARE) {
      spare.push(array);
    }
  }

  /** From here on this one's heap can be freed. */
  void register(Holder holder) {
    holders.add(holder);
  }

  void unregister(Holder holder) {
    holders.remove(holder);
  }

  /** Counts heap that was taken, or given back if it is negative. */
  void count(long bytes) {
    used.addAndGet(bytes);
  }

  /** Bytes of heap that are held now; any thread may ask. */
  long usedBytes() {
    return used.get();
  }

  /** Bytes in the temporary file; any thread may ask. */
  long spooledBytes() {
    return file.usedBytes();
  }

  /**
   * Spools the largest holders until a quarter of the limit is free, if the limit is exceeded.
   *
   * @throws NoRoomException if the disk is full too
   */
  void makeRoom() {
    if (used.get() <= spoolAbove) {
      return;
    }
    // Sorted as they are now: heapBytes of each is its own business while they are spooled.
    record Sized(Holder holder, long bytes) {}
    List<Sized> largestFirst =
        holders.stream()
            .map(holder -> new Sized(holder, holder.heapBytes()))
            .sorted(Comparator.comparingLong(Sized::bytes).reversed())
            .toList();
    for (Sized next : largestFirst) {
      if (used.get() <= limit - limit / 4) {
        break;
      }
      next.holder().spool();
    }
    // Where even nothing but the files' own few bytes exceed the limit, don't try at each record.
    spoolAbove = Math.max(limit, used.get() + limit / 8);
  }

  @Override
  public void close() {
    file.close();
  }
}
