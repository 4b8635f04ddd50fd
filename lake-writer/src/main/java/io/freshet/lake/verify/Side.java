package io.freshet.lake.verify;

import java.util.BitSet;
import java.util.Collection;
import java.util.Map;

/** One of the two tables that are compared, as it is at one moment. */
interface Side {
  /**
   * Counts and sums of all rows in the scope: one scan, of which a few numbers leave the system.
   */
  BucketSums sums(Scope scope);

  /** The hash of each row in some buckets, by its key. */
  Map<String, Long> hashes(Scope scope, BitSet buckets);

  /** The rows of some keys, by their key; a key that has none is not in it. */
  Map<String, RowVersion> rows(Collection<String> keys);
}
