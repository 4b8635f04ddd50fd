package io.freshet.connect.s3;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.FileKind;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import io.freshet.connect.format.FileFormat;
import io.freshet.connect.format.FormatWriter;
import io.freshet.schemas.LandingMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * A file that still takes records, all of one schema, of one Kafka partition, in one folder; and
 * the files beside it, which take a row for each of its records.
 */
final class OpenFile implements BufferPool.Holder, AutoCloseable {
  private final String path;
  private final FileKind kind;
  private final LandedSchema schema;
  private final Map<FileKind, FileFormat> formats;
  private final BufferPool pool;
  private final SpoolBuffer spool;
  private final FormatWriter writer;
  private final List<OpenFile> beside = new ArrayList<>(0);
  private long counted;
  private long firstOffset;
  private long lastOffset;
  private long firstTimestamp;
  private long lastTimestamp;

  /**
   * @param path folder below the topic's
   * @param formats what the files are, by what they hold
   * @param pool where its bytes wait until it is landed
   */
  OpenFile(
      String path,
      FileKind kind,
      LandedSchema schema,
      Map<FileKind, FileFormat> formats,
      BufferPool pool) {
    this.path = path;
    this.kind = kind;
    this.schema = schema;
    this.formats = formats;
    this.pool = pool;
    this.spool = pool.buffer();
    this.writer = formats.get(kind).open(schema, spool);
    countWriter();
    pool.register(this);
  }

  /**
   * @param timestamp the record's Kafka timestamp, milliseconds since the epoch
   */
  void append(EncodedRecord record, long offset, long timestamp) {
    if (writer.records() == 0) {
      firstOffset = offset;
      firstTimestamp = timestamp;
    }
    writer.append(record, offset, timestamp);
    lastOffset = offset;
    lastTimestamp = timestamp;
    countWriter();
    if (!record.beside().isEmpty()) {
      appendBeside(record.beside(), offset, timestamp);
    }
  }

  private void appendBeside(List<EncodedRecord.Beside> rows, long offset, long timestamp) {
    for (int i = 0; i < rows.size(); i++) {
      EncodedRecord row = rows.get(i).row();
      if (i == beside.size()) {
        beside.add(new OpenFile(path, rows.get(i).kind(), row.schema(), formats, pool));
      }
      try {
        beside.get(i).append(row, offset, timestamp);
      } catch (BadRecordException refused) {
        // The data file has the record already: its rows and those beside it would part.
        throw new ConnectException(refused.getMessage(), refused);
      }
    }
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
   * @return the file, then those beside it
   */
  List<SealedFile> seal(long next, UUID uploader) {
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
    List<SealedFile> sealed = new ArrayList<>(1 + beside.size());
    String extension = formats.get(kind).extension();
    SealedFile.Offsets offsets = new SealedFile.Offsets(firstOffset, lastOffset);
    sealed.add(new SealedFile(path, kind, extension, offsets, metadata, header, spool));
    beside.forEach(file -> sealed.addAll(file.seal(next, uploader)));
    return sealed;
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
    beside.forEach(OpenFile::close);
    giveBackWriter();
    try (spool) {
      writer.close();
    }
  }
}
