package io.freshet.lake.source;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions of the landing log are worth a LIST: those whose position in the sink's consumer
 * group has changed since the last one. The LIST stays the truth; what the group says is never
 * taken for what has landed. What it does not know is listed every time, and everything now and
 * then.
 */
final class LandingHints {
  private static final Logger LOG = LoggerFactory.getLogger(LandingHints.class);

  /** How long Kafka is left alone after it did not answer; meanwhile all is listed. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  /** A source of positions without any knowledge: everything is listed every time. */
  static final LandingHints NONE =
      new LandingHints(Map::of, () -> {}, Duration.ZERO, Clock.systemUTC());

  private final Supplier<Map<TopicPartition, Long>> positions;
  private final Runnable end;
  private final Duration sweep;
  private final Clock clock;
  private final Map<TopicPartition, Long> listed = new HashMap<>();
  private final Set<String> warned = new HashSet<>();
  private Map<TopicPartition, Long> now = Map.of();
  private Instant nextSweep = Instant.MIN;
  private Instant askAgain = Instant.MIN;
  private boolean sweeping;

  /**
   * @param positions asks for the group's positions, all in one request
   * @param end called when nobody asks any more
   * @param sweep how often everything is listed
   */
  LandingHints(
      Supplier<Map<TopicPartition, Long>> positions, Runnable end, Duration sweep, Clock clock) {
    this.positions = positions;
    this.end = end;
    this.sweep = sweep;
    this.clock = clock;
  }

  /** Asks what is new. */
  void ask() {
    Instant at = clock.instant();
    sweeping = !at.isBefore(nextSweep);
    now = Map.of();
    if (!at.isBefore(askAgain)) {
      try {
        now = positions.get();
      } catch (StoreUnreachableException unreachable) {
        LOG.warn(
            "{}; the landing log is listed at every trigger until it answers",
            unreachable.getMessage());
        askAgain = at.plus(AFTER_FAILURE);
      }
    }
  }

  /** Whether everything is listed this time. */
  boolean isSweep() {
    return sweeping;
  }

  /** Whether the group knows partitions of a topic. */
  boolean knows(String topic) {
    return now.keySet().stream().anyMatch(partition -> partition.topic().equals(topic));
  }

  /** Topics of the group. */
  Set<String> topics() {
    Set<String> topics = new HashSet<>();
    now.keySet().forEach(partition -> topics.add(partition.topic()));
    return topics;
  }

  /** Whether the group has moved in a partition that the log is not known to have. */
  boolean namesOthers(String topic, List<Integer> partitions) {
    return now.keySet().stream()
        .filter(partition -> partition.topic().equals(topic))
        .anyMatch(partition -> !partitions.contains(partition.partition()) && hasMoved(partition));
  }

  /** Whether a partition is to be listed. */
  boolean mayHaveNew(String topic, int partition) {
    return sweeping || hasMoved(new TopicPartition(topic, partition));
  }

  private boolean hasMoved(TopicPartition partition) {
    Long position = now.get(partition);
    if (position == null && !now.isEmpty() && warned.add(partition.toString())) {
      LOG.info(
          "the sink's group has no position in {}; it is listed at every trigger until it has",
          partition);
    }
    return position == null || !position.equals(listed.get(partition));
  }

  /** Whether a reader's position is as far as the group's. */
  boolean isReached(String topic, int partition, OptionalLong position) {
    Long committed = now.get(new TopicPartition(topic, partition));
    return committed != null && position.isPresent() && position.getAsLong() >= committed;
  }

  /** Takes notice that partitions were listed to their ends. */
  void listed(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      if (now.containsKey(partition)) {
        listed.put(partition, now.get(partition));
      }
    }
    if (sweeping) {
      nextSweep = clock.instant().plus(sweep);
      sweeping = false;
    }
  }

  void close() {
    end.run();
  }
}
