package io.freshet.lake.source;

import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;

/**
 * One file of the landing log.
 *
 * @param topic Kafka topic
 * @param partition Kafka partition
 * @param position Kafka offset where the file starts
 * @param next Kafka offset where the partition's following file starts
 * @param records records in it
 * @param schemaId registry id of its schema, or {@link LandingMetadata#NO_SCHEMA_ID}
 * @param path where Hadoop's file systems find it
 * @param bytes its size
 */
public record LandedFile(
    String topic,
    int partition,
    long position,
    long next,
    long records,
    long schemaId,
    String path,
    long bytes)
    implements Segment {

  private static final long serialVersionUID = 1L;

  static LandedFile of(LandingKey key, LandingMetadata metadata, String path, long bytes) {
    return new LandedFile(
        key.topic(),
        key.partition(),
        key.position(),
        metadata.next(),
        metadata.records(),
        metadata.schemaId(),
        path,
        bytes);
  }
}
