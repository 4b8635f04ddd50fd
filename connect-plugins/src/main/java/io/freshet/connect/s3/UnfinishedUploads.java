package io.freshet.connect.s3;

import io.freshet.schemas.LandingKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in parts that a killed task left: nobody completes them, and their parts are paid for.
 */
final class UnfinishedUploads {
  private static final Logger LOG = LoggerFactory.getLogger(UnfinishedUploads.class);

  private final ObjectStore store;
  private final String topicsDir;
  private final Clock clock;
  private final Optional<Duration> age;

  /**
   * @param age an upload that is younger may be another task's live one; empty: none is aborted
   */
  UnfinishedUploads(ObjectStore store, String topicsDir, Clock clock, Optional<Duration> age) {
    this.store = store;
    this.topicsDir = topicsDir;
    this.clock = clock;
    this.age = age;
  }

  /** Aborts those of the given partitions. It is housekeeping: a failure is logged, no more. */
  void abort(Collection<TopicPartition> partitions) {
    if (age.isEmpty()) {
      return;
    }
    Instant before = clock.instant().minus(age.get());
    Map<String, Set<String>> names =
        partitions.stream()
            .collect(
                Collectors.groupingBy(
                    TopicPartition::topic,
                    Collectors.mapping(UnfinishedUploads::beginningOfNames, Collectors.toSet())));
    names.forEach((topic, beginnings) -> abort(topic, beginnings, before));
  }

  private void abort(String topic, Set<String> beginnings, Instant before) {
    try {
      store.abortUploads(
          LandingKey.topicPrefix(topicsDir, topic),
          key -> {
            String name = key.substring(key.lastIndexOf('/') + 1);
            return beginnings.stream().anyMatch(name::startsWith);
          },
          before);
    } catch (ConnectException notNow) {
      LOG.warn(
          "unfinished uploads left as they are topic={} reason=\"{}\"", topic, notNow.getMessage());
    }
  }

  /** How every file of a partition is named, in whatever folder below the topic's. */
  private static String beginningOfNames(TopicPartition partition) {
    return partition.topic() + "+" + partition.partition() + "+";
  }
}
