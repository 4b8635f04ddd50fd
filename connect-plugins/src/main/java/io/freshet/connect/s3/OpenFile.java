package io.freshet.connect.s3;

import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import io.freshet.connect.format.FileFormat;
import io.freshet.connect.format.FormatWriter;
import io.freshet.schemas.LandingMetadata;
import java.util.UUID;

/** A file that still takes records: all of one schema, of one Kafka partition, in one folder. */
final class OpenFile implements AutoCloseable {
  private final String path;
  private final LandedSchema schema;
  private final SpoolBuffer spool;
  private final FormatWriter writer;
  private long firstTimestamp;
  private long lastTimestamp;

  /**
   * @param path folder below the topic's
   * @param heapLimit bytes that it may hold on the heap
   */
  OpenFile(String path, LandedSchema schema, FileFormat format, long heapLimit) {
    this.path = path;
    this.schema = schema;
    this.spool = new SpoolBuffer(heapLimit);
    this.writer = format.open(schema, spool);
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
    return new SealedFile(path, metadata, header, spool);
  }

  long records() {
    return writer.records();
  }

  long bytes() {
    return writer.bytes();
  }

  @Override
  public void close() {
    try (spool) {
      writer.close();
    }
  }
}
