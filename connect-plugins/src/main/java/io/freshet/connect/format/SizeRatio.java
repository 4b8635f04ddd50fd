package io.freshet.connect.format;

/**
 * How many bytes the rows of one schema come to in Parquet, of as many in Avro: the mean of what
 * was written lately. Without it a file that is to have some size would be cut at that size in
 * Avro, which is often several times what it has in Parquet. Used by one thread.
 */
final class SizeRatio {
  /** Fewer bytes are more of page headers than of rows. */
  private static final long MIN_BYTES = 64 * 1024;

  private double ratio = 1;
  private boolean known;

  /**
   * @param avro bytes of a row group's rows
   * @param parquet bytes that it was written in
   */
  void learn(long avro, long parquet) {
    if (avro < MIN_BYTES) {
      return;
    }
    double seen = (double) parquet / avro;
    ratio = known ? (ratio + seen) / 2 : seen;
    known = true;
  }

  /** Bytes in Parquet, as far as can be known, of so many in Avro. */
  long of(long avro) {
    return Math.round(avro * ratio);
  }
}
