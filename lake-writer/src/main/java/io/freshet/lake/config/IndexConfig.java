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
  /** Where nothing is said. */
  public static final IndexConfig DEFAULT = new IndexConfig(IndexKind.AUTO, OptionalInt.empty());
}
