package io.freshet.connect.s3;

import io.freshet.connect.format.ByteArrays;
import java.util.Collections;
import java.util.Comparator;
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

  /** The part of the limit that is freed when it is exceeded. */
  static final int FREED_SHARE = 4;

  private final long limit;
  private final ByteArrays arrays;
  private final SpoolFile file;
  private final Set<Holder> holders = Collections.newSetFromMap(new IdentityHashMap<>());
  private final AtomicLong used = new AtomicLong();
  private long spoolAbove;

  /**
   * @param limit bytes of heap
   * @param arrays the arrays of its buffers
   */
  BufferPool(long limit, ByteArrays arrays, SpoolFile file) {
    this.limit = limit;
    this.arrays = arrays;
    this.file = file;
    this.spoolAbove = limit;
  }

  /** A buffer, empty. */
  SpoolBuffer buffer() {
    return new SpoolBuffer(this, file.new Region());
  }

  /** An array for a buffer, of at least so many bytes, which need not be clean. */
  byte[] take(int bytes) {
    byte[] array = arrays.take(bytes);
    count(array.length);
    return array;
  }

  /** Takes an array back. */
  void giveBack(byte[] array) {
    count(-array.length);
    arrays.giveBack(array);
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
   * Spools the largest holders until a part of the limit is free, if the limit is exceeded.
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
      if (used.get() <= limit - limit / FREED_SHARE) {
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
