package io.freshet.connect.s3;

import io.freshet.connect.avro.AvroCodec;
import io.freshet.connect.avro.ContainerWriter;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.util.UUID;

/** A file that still takes records: all of one schema, of one Kafka partition. */
final class OpenFile implements AutoCloseable {
  private final LandingKey key;
  private final LandedSchema schema;
  private final SpoolBuffer spool;
  private final ContainerWriter writer;
  private final long openedAt;
  private long appendedAt;
  private long firstTimestamp;
  private long lastTimestamp;

  /**
   * @param key where the file will be landed
   * @param heapLimit bytes that it may hold on the heap
   * @param now milliseconds since the epoch
   */
  OpenFile(LandingKey key, LandedSchema schema, AvroCodec codec, long heapLimit, long now) {
    this.key = key;
    this.schema = schema;
    this.spool = new SpoolBuffer(heapLimit);
    this.writer = new ContainerWriter(schema, codec, spool);
    this.openedAt = now;
  }

  /**
   * @param timestamp the record's Kafka timestamp, milliseconds since the epoch
   * @param now milliseconds since the epoch
   */
  void append(EncodedRecord record, long offset, long timestamp, long now) {
    if (writer.records() == 0) {
      firstTimestamp = timestamp;
    }
    writer.append(record, offset, timestamp);
    lastTimestamp = timestamp;
    appendedAt = now;
  }

  /**
   * Completes the file. From here on its bytes don't change: a retried upload is the same object.
   *
   * @param next position after it
   */
  SealedFile seal(long next) {
    writer.finish();
    SchemaId id = schema.id();
    LandingMetadata metadata =
        new LandingMetadata(
            next,
            writer.records(),
            id.kind() == SchemaId.Kind.CONTENT ? id.id() : LandingMetadata.NO_SCHEMA_ID,
            UUID.randomUUID(),
            firstTimestamp,
            lastTimestamp);
    return new SealedFile(key, metadata, writer.header(metadata.toMap()), spool);
  }

  boolean accepts(LandedSchema other) {
    return schema.id().equals(other.id());
  }

  long records() {
    return writer.records();
  }

  long bytes() {
    return writer.bytes();
  }

  /** When the first record was buffered, milliseconds since the epoch. */
  long openedAt() {
    return openedAt;
  }

  /** When the last record was buffered, milliseconds since the epoch. */
  long appendedAt() {
    return appendedAt;
  }

  @Override
  public void close() {
    spool.close();
  }
}
