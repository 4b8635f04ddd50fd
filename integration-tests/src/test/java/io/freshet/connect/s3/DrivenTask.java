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
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.storage.Converter;

/** A task given batches of records as Connect's worker gives them. */
final class DrivenTask implements SinkTaskContext, AutoCloseable {
  private static final int FLUSH_SIZE = 10_000;

  private final S3SinkTask task = new S3SinkTask();
  private final Metrics metrics = new Metrics();
  private final Map<String, String> properties;
  private final Polls polls;

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
    this.polls = new Polls(messages, converter, partitions, perPartition);
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
      assigned.add(new TopicPartition(Polls.TOPIC, p));
    }
    task.open(assigned);
    spread();
  }

  /** Fills the partitions' files differently, so that they are not all complete at once. */
  private void spread() {
    for (int partition = 0; partition < polls.partitions(); partition++) {
      long fill = (long) partition * FLUSH_SIZE / polls.partitions();
      for (List<SinkRecord> batch = polls.next(partition, fill);
          !batch.isEmpty();
          batch = polls.next(partition, fill)) {
        task.put(batch);
      }
    }
  }

  /** One turn of the worker. */
  void putBatch() {
    task.put(polls.next());
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
