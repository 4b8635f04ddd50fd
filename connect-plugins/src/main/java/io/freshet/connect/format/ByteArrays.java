package io.freshet.connect.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Arrays that are used again, since those of files that are spooled and go on are needed in the
 * same sizes at once, and live too long for a garbage collector to be rid of them cheaply. Their
 * sizes are powers of two; what is larger than the largest is left to the collector.
 *
 * <p>For one thread.
 */
public final class ByteArrays {
  /** Smallest array, in bytes: a file with few records must cost little. */
  public static final int MIN_BYTES = 1024;

  /** Largest array that is kept, in bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  private final long limit;
  private final List<Deque<byte[]>> spare = new ArrayList<>();
  private long spareBytes;

  /**
   * @param limit bytes of arrays that may be kept while nobody uses them
   */
  public ByteArrays(long limit) {
    this.limit = limit;
    for (int size = MIN_BYTES; size <= MAX_BYTES; size *= 2) {
      spare.add(new ArrayDeque<>());
    }
  }

  /** An array of at least so many bytes, which need not be clean. */
  public byte[] take(int bytes) {
    if (bytes > MAX_BYTES) {
      return new byte[bytes];
    }
    int size = Math.max(MIN_BYTES, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
    byte[] array = sized(size).poll();
    if (array == null) {
      return new byte[size];
    }
    spareBytes -= size;
    return array;
  }

  /** Takes an array back that {@link #take} gave; it must not be touched any more. */
  public void giveBack(byte[] array) {
    if (array.length < MIN_BYTES || array.length > Math.min(MAX_BYTES, limit)) {
      return;
    }
    sized(array.length).push(array);
    spareBytes += array.length;
    while (spareBytes > limit) {
      dropOne();
    }
  }

  /** Of the size that most bytes are spare of: what is asked for less than it comes back. */
  private void dropOne() {
    int size = MIN_BYTES;
    for (int other = MIN_BYTES; other <= MAX_BYTES; other *= 2) {
      if ((long) sized(other).size() * other > (long) sized(size).size() * size) {
        size = other;
      }
    }
    sized(size).removeLast();
    spareBytes -= size;
  }

  private Deque<byte[]> sized(int size) {
    return spare.get(Integer.numberOfTrailingZeros(size / MIN_BYTES));
  }
}
