package io.freshet.lake.config;

/** Where changes are read from. */
public enum SourceKind {
  /** The landing log that the S3 sink writes. */
  LANDING,
  /** Kafka itself, for freshness. */
  KAFKA
}
