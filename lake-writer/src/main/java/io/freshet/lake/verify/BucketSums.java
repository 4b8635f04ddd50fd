package io.freshet.lake.verify;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * For each bucket of keys how many rows there are, and the sum of their hashes, which does not
 * depend on their order.
 */
final class BucketSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] counts;
  private final long[] sums;

  BucketSums(int buckets) {
    counts = new int[buckets];
    sums = new long[buckets];
  }

  void add(int bucket, int count, long sum) {
    counts[bucket] += count;
    sums[bucket] += sum;
  }

  BucketSums plus(BucketSums other) {
    for (int i = 0; i < counts.length; i++) {
      add(i, other.counts[i], other.sums[i]);
    }
    return this;
  }

  long rows() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  int rows(int bucket) {
    return counts[bucket];
  }

  /** The buckets in which two sides differ. */
  BitSet differing(BucketSums other) {
    BitSet differing = new BitSet(counts.length);
    for (int i = 0; i < counts.length; i++) {
      differing.set(i, counts[i] != other.counts[i] || sums[i] != other.sums[i]);
    }
    return differing;
  }
}
