package io.freshet.connect.s3;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.FileKind;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.format.ByteArrays;
import io.freshet.connect.format.FileFormat;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * What the partitions of one task share.
 *
 * @param context the task's context
 * @param clock the time of rotations
 * @param log the landing log
 * @param committed what the consumer group has committed
 * @param encoder how records become what the format takes
 * @param unfinished uploads that former tasks left
 * @param errant the way out for bad records
 * @param missing the judge of gaps
 * @param layout how records are spread over files
 * @param formats what the files are, by what they hold
 * @param buffers where records wait until they are landed
 * @param rotation when a file is complete
 * @param onNull what becomes of a record without a value
 * @param metrics what the task shows of itself
 * @param resources what to close at the end
 */
record SinkServices(
    SinkTaskContext context,
    Clock clock,
    LandingLog log,
    CommittedOffsets committed,
    UnfinishedUploads unfinished,
    RecordEncoder encoder,
    ErrantRecords errant,
    MissingOffsets missing,
    Layout layout,
    Map<FileKind, FileFormat> formats,
    BufferPool buffers,
    RotationOptions rotation,
    NullValues onNull,
    SinkMetrics metrics,
    Runnable resources)
    implements AutoCloseable {

  /** Connects a task to its bucket and registry. */
  static SinkServices connect(S3SinkConfig config, SinkTaskContext context, Clock clock) {
    StoreOptions options = config.store();
    ObjectStore store = S3ObjectStore.connect(options);
    if (config.errors().kafkaClient().isEmpty()) {
      return of(config, context, clock, store, EarliestOffsets.UNKNOWN);
    }
    BrokerOffsets brokers =
        new BrokerOffsets(config.errors().kafkaClient(), CommittedOffsets.group(context.configs()));
    return of(config, context, clock, store, brokers, brokers);
  }

  static SinkServices of(
      S3SinkConfig config,
      SinkTaskContext context,
      Clock clock,
      ObjectStore store,
      EarliestOffsets earliest) {
    return of(config, context, clock, store, earliest, CommittedOffsets.UNKNOWN);
  }

  static SinkServices of(
      S3SinkConfig config,
      SinkTaskContext context,
      Clock clock,
      ObjectStore store,
      EarliestOffsets earliest,
      CommittedOffsets committed) {
    AvroOptions avro = config.avro();
    ErrorOptions errors = config.errors();
    ByteArrays arrays = config.buffers().arrays();
    FileFormat format = config.format().fileFormat(avro, arrays);
    String topicsDir = config.store().topicsDir();
    BufferPool buffers =
        new BufferPool(
            config.buffers().memoryBytes(), arrays, new SpoolFile(config.buffers().spoolFolder()));
    SinkMetrics metrics = new SinkMetrics(MetricRegistry.of(context), buffers);
    Layout layout =
        config
            .layout()
            .layout(clock, FormatOptions.passThrough(avro, true), topicsDir, config.parts());
    return new SinkServices(
        context,
        clock,
        layout.hasCommits()
            ? new CommitLog(store, topicsDir, format.extension())
            : new FileLog(store, topicsDir, format.extension()),
        committed,
        new UnfinishedUploads(store, topicsDir, clock, config.store().uploads().abortAfter()),
        config.parts().encoder(config.format(), avro, errors.onNull()),
        new ErrantRecords(context.errantRecordReporter(), errors.tolerateAll()),
        new MissingOffsets(earliest, errors.failOnMissing()),
        layout,
        // Asked for each record.
        new EnumMap<>(
            Map.of(
                FileKind.DATA,
                format,
                FileKind.KEYS,
                config.format().fileFormat(config.parts().keysFormat(), avro, arrays),
                FileKind.HEADERS,
                config.format().fileFormat(config.parts().headersFormat(), avro, arrays))),
        buffers,
        config.rotation(),
        errors.onNull(),
        metrics,
        () -> {
          try (store;
              buffers;
              metrics) {
            earliest.close();
          }
        });
  }

  /**
   * The record as the files take it.
   *
   * @throws BadRecordException if they can't, whatever is tried
   */
  EncodedRecord encode(SinkRecord record) {
    EncodedRecord encoded = encoder.encode(record);
    try {
      formats.get(FileKind.DATA).check(encoded.schema());
      for (EncodedRecord.Beside beside : encoded.beside()) {
        formats.get(beside.kind()).check(beside.row().schema());
      }
    } catch (IllegalArgumentException unfit) {
      throw new BadRecordException(record, unfit.getMessage(), unfit);
    }
    return encoded;
  }

  /** Begins a file. */
  OpenFile openFile(String path, LandedSchema schema) {
    return new OpenFile(path, FileKind.DATA, schema, formats, buffers);
  }

  @Override
  public void close() {
    resources.run();
  }
}
