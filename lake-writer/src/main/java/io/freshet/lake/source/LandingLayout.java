package io.freshet.lake.source;

/** Who wrote the landed files. */
public enum LandingLayout {
  /** Freshet's sink: files and commit records that say where they end. */
  FRESHET,
  /**
   * Confluent's S3 sink with its default partitioner and Avro: files named {@code
   * <topic>+<partition>+<start offset, 10 digits>.avro}, which say nothing else. A record's offset
   * is taken for the file's start plus its place in the file.
   */
  CONFLUENT
}
