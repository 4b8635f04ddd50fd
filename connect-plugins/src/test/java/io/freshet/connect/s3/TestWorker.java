package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Drives a task by the rules of Connect's {@code WorkerSinkTask}: seeks take effect before the next
 * poll and after {@code open}; a batch that failed with a retriable exception is delivered again as
 * it was, without polling; a revoked partition's records leave it.
 */
final class TestWorker implements SinkTaskContext {
  private final S3SinkTask task = new S3SinkTask();
  private final Map<TopicPartition, TestTopic> topics = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Map<TopicPartition, Long> seeks = new HashMap<>();
  private final Map<TopicPartition, Long> lastCommitted = new HashMap<>();
  private final Map<String, String> properties;
  private final ErrantRecordReporter reporter;
  private final Supplier<PluginMetrics> metrics;
  private List<SinkRecord> batch = new ArrayList<>();
  private boolean redelivering;
  private long timeout = -1;
  private int commitRequests;
  private RetriableException failure;
  private SinkServices services;

  TestWorker(Map<String, String> properties, ErrantRecordReporter reporter) {
    this(
        properties,
        reporter,
        () -> {
          throw new UnsupportedOperationException("as on a worker without plugin metrics");
        });
  }

  TestWorker(
      Map<String, String> properties,
      ErrantRecordReporter reporter,
      Supplier<PluginMetrics> metrics) {
    this.metrics = metrics;
    this.properties = properties;
    this.reporter = reporter;
    task.initialize(this);
  }

  S3SinkTask task() {
    return task;
  }

  void start(S3SinkConfig config, SinkServices with) {
    services = with;
    task.start(config, with);
  }

  SinkServices services() {
    return services;
  }

  /** Why the last batch that wasn't taken wasn't. */
  RetriableException failure() {
    return failure;
  }

  /** The consumer's start, before the task has a say: a committed offset, or 0. */
  void assign(long committed, TestTopic... assigned) {
    Map<TestTopic, Long> each = new LinkedHashMap<>();
    List.of(assigned).forEach(topic -> each.put(topic, committed));
    assign(each);
  }

  /** The same, each partition with an offset of its own. */
  void assign(Map<TestTopic, Long> assigned) {
    List<TopicPartition> partitions = new ArrayList<>();
    assigned.forEach(
        (topic, committed) -> {
          topics.put(topic.partition(), topic);
          positions.put(topic.partition(), committed);
          lastCommitted.put(topic.partition(), committed);
          partitions.add(topic.partition());
        });
    task.open(partitions);
    rewind();
  }

  /** Connect hears of it while it polls, before which it seeks. */
  void revoke(TestTopic... revoked) {
    rewind();
    Set<TopicPartition> partitions =
        List.of(revoked).stream().map(TestTopic::partition).collect(Collectors.toSet());
    task.close(partitions);
    partitions.forEach(topics::remove);
    partitions.forEach(lastCommitted::remove);
    batch.removeIf(
        record -> partitions.contains(new TopicPartition(record.topic(), record.kafkaPartition())));
  }

  /** One turn of the worker's loop; returns whether the task took the batch. */
  boolean poll(int maxPerPartition) {
    timeout = -1;
    rewind();
    if (!redelivering) {
      batch = new ArrayList<>();
      topics.forEach(
          (partition, topic) -> {
            List<SinkRecord> fetched = topic.fetch(positions.get(partition), maxPerPartition);
            batch.addAll(fetched);
            if (!fetched.isEmpty()) {
              positions.put(partition, fetched.get(fetched.size() - 1).kafkaOffset() + 1);
            }
          });
    }
    try {
      task.put(new ArrayList<>(batch));
      redelivering = false;
      return true;
    } catch (RetriableException later) {
      redelivering = true;
      failure = later;
      return false;
    }
  }

  /** The group's offset is this task's landed position now. */
  void committed(TopicPartition partition, long offset) {
    lastCommitted.put(partition, offset);
  }

  /** What Connect does when an offset commit failed: back to what was committed last. */
  void rewindToCommitted() {
    positions.putAll(lastCommitted);
  }

  private void rewind() {
    if (!topics.keySet().containsAll(seeks.keySet())) {
      throw new IllegalStateException("No current assignment for partitions of " + seeks);
    }
    positions.putAll(seeks);
    lastCommitted.putAll(seeks);
    seeks.clear();
  }

  /** Where the consumer will poll from. */
  long position(TestTopic topic) {
    return seeks.getOrDefault(topic.partition(), positions.get(topic.partition()));
  }

  Map<TopicPartition, OffsetAndMetadata> preCommit() {
    return task.preCommit(
        positions.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, e -> new OffsetAndMetadata(e.getValue()))));
  }

  /** How often the task asked for a commit of offsets. */
  int commitRequests() {
    return commitRequests;
  }

  /** What the task asked the next poll to wait at most; -1: nothing asked. */
  long timeout() {
    return timeout;
  }

  @Override
  public Map<String, String> configs() {
    return properties;
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    seeks.putAll(offsets);
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    seeks.put(partition, offset);
  }

  @Override
  public void timeout(long timeoutMs) {
    timeout = timeoutMs;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return topics.keySet();
  }

  @Override
  public void pause(TopicPartition... partitions) {
    throw new UnsupportedOperationException("the sink pauses nothing");
  }

  @Override
  public void resume(TopicPartition... partitions) {
    throw new UnsupportedOperationException("the sink resumes nothing");
  }

  @Override
  public void requestCommit() {
    commitRequests++;
  }

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return reporter;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return metrics.get();
  }

  Collection<TopicPartition> assigned() {
    return topics.keySet();
  }
}
