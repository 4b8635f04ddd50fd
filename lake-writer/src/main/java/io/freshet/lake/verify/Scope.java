package io.freshet.lake.verify;

import java.io.Serializable;

/**
 * Which rows are compared, and how they are told apart at first: by the hash of their key.
 *
 * @param buckets a power of two
 * @param share of {@link #WHOLE} keys so many are looked at, chosen by their hash
 */
record Scope(int buckets, int share) implements Serializable {
  static final int WHOLE = 1 << 16;

  /** About so many rows share a bucket. */
  private static final int ROWS = 128;

  private static final int LEAST = 1 << 6;
  private static final int MOST = 1 << 18;

  /**
   * @param rows about how many a table has
   * @param fraction of its keys, 0 to 1
   */
  static Scope of(long rows, double fraction) {
    long wanted = Math.max(LEAST, Math.min(MOST, rows / ROWS));
    return new Scope(
        (int) Long.highestOneBit(wanted), Math.max(1, (int) Math.round(fraction * WHOLE)));
  }

  boolean isWhole() {
    return share >= WHOLE;
  }

  /** Whether a key with this hash is looked at. */
  boolean has(long hash) {
    return (hash >>> 48) < share;
  }

  /** The bucket of a key with this hash. */
  int bucket(long hash) {
    return (int) hash & (buckets - 1);
  }
}
