package io.freshet.lake.source;

import io.freshet.lake.config.SourceConfig;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.common.TopicPartition;

/** What a source holds, asked once and without a stream: its topics, and what lies behind. */
public sealed interface SourceTopics extends AutoCloseable {
  /** Files that are described at once. */
  int PAGE = 1_000;

  /** Opens a job's source. */
  static SourceTopics open(SourceConfig source, Configuration hadoop) {
    return source.kafka().isPresent()
        ? new Kafka(new KafkaLog(source.kafka().get()))
        : new Landing(LandingLog.open(source.with(source.retention(), true), hadoop, () -> {}));
  }

  /** Its topics. */
  List<String> topics();

  /**
   * What lies behind a position of a topic.
   *
   * @param position next offsets to read; a partition that it lacks is counted whole
   */
  Behind behind(String topic, TopicPosition position);

  @Override
  void close();

  /**
   * @param positions Kafka offsets, over all partitions
   * @param bytes their size in the landing log; empty for Kafka, which does not say
   */
  record Behind(long positions, OptionalLong bytes) {}

  /** The landing log; what lies behind is found by describing each file. */
  record Landing(LandingLog log) implements SourceTopics {
    @Override
    public List<String> topics() {
      return log.topics();
    }

    @Override
    public Behind behind(String topic, TopicPosition position) {
      long positions = 0;
      long bytes = 0;
      for (int partition : log.partitions(topic)) {
        LandingChains chains = new LandingChains(log);
        OptionalLong from = position.of(partition);
        List<LandedFile> files = chains.files(topic, partition, from, PAGE);
        while (!files.isEmpty()) {
          long begin = from.orElse(files.get(0).position());
          long end = files.get(files.size() - 1).next();
          positions += end - begin;
          bytes += files.stream().mapToLong(LandedFile::bytes).sum();
          from = OptionalLong.of(end);
          files = chains.files(topic, partition, from, PAGE);
        }
      }
      return new Behind(positions, OptionalLong.of(bytes));
    }

    @Override
    public void close() {
      log.close();
    }
  }

  /** Kafka. */
  record Kafka(KafkaLog log) implements SourceTopics {
    @Override
    public List<String> topics() {
      return log.topics();
    }

    @Override
    public Behind behind(String topic, TopicPosition position) {
      Collection<TopicPartition> partitions =
          log.partitions(List.of(topic)).getOrDefault(topic, Set.of()).stream()
              .map(partition -> new TopicPartition(topic, partition))
              .collect(Collectors.toSet());
      Map<TopicPartition, Long> from =
          new HashMap<>(
              log.beginnings(
                  partitions.stream()
                      .filter(partition -> position.of(partition.partition()).isEmpty())
                      .toList()));
      long positions = 0;
      for (Map.Entry<TopicPartition, Long> end : log.ends(partitions).entrySet()) {
        long begin =
            position
                .of(end.getKey().partition())
                .orElseGet(() -> from.getOrDefault(end.getKey(), end.getValue()));
        positions += Math.max(0, end.getValue() - begin);
      }
      return new Behind(positions, OptionalLong.empty());
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
