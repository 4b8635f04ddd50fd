package io.freshet.connect.s3;

import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.format.FileFormat;
import java.time.Clock;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * What the partitions of one task share.
 *
 * @param context the task's context
 * @param clock the time of rotations
 * @param log the landing log
 * @param committed what the consumer group has committed
 * @param encoder how records become what the format takes
 * @param errant the way out for bad records
 * @param missing the judge of gaps
 * @param layout how records are spread over files
 * @param format what the files are
 * @param buffers where records wait until they are landed
 * @param rotation when a file is complete
 * @param failOnNull whether a tombstone is a bad record
 * @param resources what to close at the end
 */
record SinkServices(
    SinkTaskContext context,
    Clock clock,
    LandingLog log,
    CommittedOffsets committed,
    RecordEncoder encoder,
    ErrantRecords errant,
    MissingOffsets missing,
    Layout layout,
    FileFormat format,
    BufferPool buffers,
    RotationOptions rotation,
    boolean failOnNull,
    Runnable resources)
    implements AutoCloseable {

  /** Connects a task to its bucket and registry. */
  static SinkServices connect(S3SinkConfig config, SinkTaskContext context, Clock clock) {
    StoreOptions options = config.store();
    ObjectStore store =
        new S3ObjectStore(S3Clients.create(options), options.bucket(), options.partBytes());
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
    FileFormat format = config.format().fileFormat(avro);
    String topicsDir = config.store().topicsDir();
    BufferPool buffers =
        new BufferPool(
            config.buffers().memoryBytes(), new SpoolFile(config.buffers().spoolFolder()));
    Layout layout = config.layout().layout(clock, FormatOptions.passThrough(avro, true), topicsDir);
    return new SinkServices(
        context,
        clock,
        layout.hasCommits()
            ? new CommitLog(store, topicsDir, format.extension())
            : new FileLog(store, topicsDir, format.extension()),
        committed,
        config.format().encoder(avro),
        new ErrantRecords(context.errantRecordReporter(), errors.tolerateAll()),
        new MissingOffsets(earliest, errors.failOnMissing()),
        layout,
        format,
        buffers,
        config.rotation(),
        errors.failOnNull(),
        () -> {
          try (store;
              buffers) {
            earliest.close();
          }
        });
  }

  /** Begins a file. */
  OpenFile openFile(String path, LandedSchema schema) {
    return new OpenFile(path, schema, format, buffers);
  }

  @Override
  public void close() {
    resources.run();
  }
}
