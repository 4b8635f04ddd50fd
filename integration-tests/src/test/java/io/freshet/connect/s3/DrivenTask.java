package io.freshet.connect.s3;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.storage.Converter;

/**
 * A task given batches of messages as Connect's worker gives them: each message goes through a
 * converter and becomes a record, then the batch is put.
 */
final class DrivenTask implements SinkTaskContext, AutoCloseable {
  /** Kafka's default for {@code max.poll.records}. */
  static final int BATCH = 500;

  private static final int FLUSH_SIZE = 10_000;
  private static final RecordHeaders NO_HEADERS = new RecordHeaders();
  private static final String TOPIC = "moma.public.artworks";

  private final S3SinkTask task = new S3SinkTask();
  private final Metrics metrics = new Metrics();
  private final Map<String, String> properties;
  private final Messages messages;
  private final Converter converter;
  private final long[] offsets;
  private final int perPartition;
  private int partition;
  private int message;

  /**
   * @param partitions how many the task has
   * @param perPartition records of one partition in a batch
   * @param file where landed bytes go; absent: nowhere
   */
  DrivenTask(
      Messages messages,
      Converter converter,
      int partitions,
      int perPartition,
      Optional<Path> file,
      Map<String, String> changes) {
    this.messages = messages;
    this.converter = converter;
    this.offsets = new long[partitions];
    this.perPartition = perPartition;
    this.properties = new HashMap<>();
    properties.put("s3.bucket.name", "lake");
    properties.put("s3.part.size", "5242880");
    properties.put("registry.url", messages.registry());
    properties.put("flush.size", Integer.toString(FLUSH_SIZE));
    properties.put("rotate.interval.ms", "-1");
    properties.putAll(changes);
    S3SinkConfig config = S3SinkConfig.parse(properties);
    task.initialize(this);
    task.start(
        config,
        SinkServices.of(
            config,
            this,
            Clock.systemUTC(),
            new LocalStore(file),
            EarliestOffsets.UNKNOWN,
            CommittedOffsets.UNKNOWN));
    List<TopicPartition> assigned = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      assigned.add(new TopicPartition(TOPIC, p));
    }
    task.open(assigned);
    spread();
  }

  /** Fills the partitions' files differently, so that they are not all complete at once. */
  private void spread() {
    for (partition = 0; partition < offsets.length; partition++) {
      long fill = (long) partition * FLUSH_SIZE / offsets.length;
      while (offsets[partition] < fill) {
        List<SinkRecord> batch = new ArrayList<>(BATCH);
        while (batch.size() < BATCH && offsets[partition] < fill) {
          batch.add(next());
        }
        task.put(batch);
      }
    }
    partition = 0;
  }

  /** One turn of the worker. */
  void putBatch() {
    List<SinkRecord> batch = new ArrayList<>(BATCH);
    while (batch.size() < BATCH) {
      for (int i = 0; i < perPartition; i++) {
        batch.add(next());
      }
      partition = partition + 1 == offsets.length ? 0 : partition + 1;
    }
    task.put(batch);
  }

  private SinkRecord next() {
    SchemaAndValue value = converter.toConnectData(TOPIC, NO_HEADERS, messages.messages()[message]);
    message = message + 1 == messages.messages().length ? 0 : message + 1;
    return new SinkRecord(
        TOPIC,
        partition,
        null,
        null,
        value.schema(),
        value.value(),
        offsets[partition]++,
        1_760_000_000_000L,
        TimestampType.CREATE_TIME);
  }

  @Override
  public void close() {
    task.stop();
    metrics.close();
  }

  @Override
  public Map<String, String> configs() {
    return properties;
  }

  @Override
  public void offset(Map<TopicPartition, Long> seeks) {}

  @Override
  public void offset(TopicPartition sought, long offset) {}

  @Override
  public void timeout(long timeoutMs) {}

  @Override
  public Set<TopicPartition> assignment() {
    return Set.of();
  }

  @Override
  public void pause(TopicPartition... partitions) {}

  @Override
  public void resume(TopicPartition... partitions) {}

  @Override
  public void requestCommit() {}

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return null;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return new PluginMetricsImpl(metrics, Map.of("connector", "benchmark"));
  }
}
