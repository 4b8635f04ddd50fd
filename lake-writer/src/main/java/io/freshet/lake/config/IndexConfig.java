package io.freshet.lake.config;

import java.util.OptionalInt;

/**
 * What is said of a table's index.
 *
 * @param kind which one
 * @param buckets files of each partition, or of a table without partitions; empty for Freshet's
 *     choice
 */
public record IndexConfig(IndexKind kind, OptionalInt buckets) {
  /** More files than this in one partition would be small ones, or the partition too large. */
  public static final int MOST_BUCKETS = 1_024;

  /** Where nothing is said. */
  public static final IndexConfig DEFAULT = new IndexConfig(IndexKind.AUTO, OptionalInt.empty());
}
