package io.freshet.connect.s3;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import io.freshet.connect.format.FileFormat;
import io.freshet.connect.format.FormatWriter;
import io.freshet.schemas.LandingMetadata;
import java.util.UUID;

/** A file that still takes records: all of one schema, of one Kafka partition, in one folder. */
final class OpenFile implements BufferPool.Holder, AutoCloseable {
  private final String path;
  private final LandedSchema schema;
  private final BufferPool pool;
  private final SpoolBuffer spool;
  private final FormatWriter writer;
  private long counted;
  private long firstTimestamp;
  private long lastTimestamp;

  /**
   * @param path folder below the topic's
   * @param pool where its bytes wait until it is landed
   */
  OpenFile(String path, LandedSchema schema, FileFormat format, BufferPool pool) {
    this.path = path;
    this.schema = schema;
    this.pool = pool;
    this.spool = pool.buffer();
    this.writer = format.open(schema, spool);
    countWriter();
    pool.register(this);
  }

  /**
   * @param timestamp the record's Kafka timestamp, milliseconds since the epoch
   */
  void append(EncodedRecord record, long offset, long timestamp) {
    if (writer.records() == 0) {
      firstTimestamp = timestamp;
    }
    writer.append(record, offset, timestamp);
    lastTimestamp = timestamp;
    countWriter();
  }

  private void countWriter() {
    long now = writer.heapBytes();
    if (now != counted) {
      pool.count(now - counted);
      counted = now;
    }
  }

  @Override
  public long heapBytes() {
    return counted + spool.heapBytes();
  }

  /** Spooled bytes first: on a full disk the writer's own are no worse off where they are. */
  @Override
  public void spool() {
    spool.spool();
    writer.shrink();
    countWriter();
    spool.spool();
  }

  /**
   * Completes the file. From here on its bytes don't change: a retried upload is the same object.
   *
   * @param next position after it
   * @param uploader identity of the upload attempt
   */
  SealedFile seal(long next, UUID uploader) {
    SchemaId id = schema.id();
    LandingMetadata metadata =
        new LandingMetadata(
            next,
            writer.records(),
            id.kind() == SchemaId.Kind.CONTENT ? id.id() : LandingMetadata.NO_SCHEMA_ID,
            uploader,
            firstTimestamp,
            lastTimestamp);
    byte[] header = writer.finish(metadata.toMap());
    giveBackWriter();
    return new SealedFile(path, metadata, header, spool);
  }

  long records() {
    return writer.records();
  }

  long bytes() {
    return writer.bytes();
  }

  private void giveBackWriter() {
    pool.unregister(this);
    pool.count(-counted);
    counted = 0;
  }

  @Override
  public void close() {
    giveBackWriter();
    try (spool) {
      writer.close();
    }
  }
}
