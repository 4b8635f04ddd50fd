package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells whether somebody who has read a topic up to a position has read all changes that Kafka held
 * at a moment. The offsets alone don't: behind the last change there may be a transaction's marker,
 * aborted records and tombstones, which no position need ever pass.
 */
public final class TopicTail implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  /** Polls without a step forward, before what is open is left for the next look. */
  private static final int EMPTY_POLLS = 4;

  private final KafkaLog log;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @throws LakeException if Kafka's clients refuse the settings
   */
  public TopicTail(KafkaConnection connection) {
    this.log = new KafkaLog(connection);
    this.consumer = connection.consumer();
  }

  /**
   * Where each partition of a topic ends, transactions that are under way included; empty for a
   * topic that is not there.
   *
   * @throws LakeException if Kafka does not answer
   */
  public Map<Integer, Long> ends(String topic) {
    Map<Integer, Long> ends = new TreeMap<>();
    log.openEnds(partitions(topic)).forEach((key, end) -> ends.put(key.partition(), end));
    return ends;
  }

  private List<TopicPartition> partitions(String topic) {
    return log.partitions(List.of(topic)).getOrDefault(topic, Set.of()).stream()
        .map(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  /**
   * Whether a reader at a position has read every change before some ends.
   *
   * @param ends what {@link #ends} returned
   * @throws LakeException if Kafka does not answer
   */
  public boolean isPassed(String topic, TopicPosition position, Map<Integer, Long> ends) {
    try {
      return ends.entrySet().stream()
          .allMatch(
              end ->
                  isPassed(
                      new TopicPartition(topic, end.getKey()),
                      position.of(end.getKey()),
                      end.getValue()));
    } catch (KafkaException failed) {
      throw new StoreUnreachableException(
          "the end of topic %s can't be read: %s".formatted(topic, failed.getMessage()), failed);
    }
  }

  private boolean isPassed(TopicPartition partition, OptionalLong next, long end) {
    if (next.orElse(0) >= end) {
      return true;
    }
    long begin = log.beginnings(List.of(partition)).get(partition);
    if (next.isPresent() && begin > next.getAsLong()) {
      // Kafka has let go what comes next. A reader of what was landed may still come to it.
      return begin >= end;
    }
    long from = next.orElse(begin);
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    int empty = 0;
    while (consumer.position(partition) < end && empty < EMPTY_POLLS) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.value() != null && record.offset() < end) {
          return false;
        }
      }
      long now = consumer.position(partition);
      empty = now > from ? 0 : empty + 1;
      from = now;
    }
    return consumer.position(partition) >= end;
  }

  /** Whether Kafka has let go changes that come next for a reader at a position. */
  public boolean lacks(String topic, TopicPosition position) {
    return log.beginnings(partitions(topic)).entrySet().stream()
        .anyMatch(begin -> begin.getValue() > position.of(begin.getKey().partition()).orElse(0));
  }

  @Override
  public void close() {
    consumer.close();
    log.close();
  }
}
