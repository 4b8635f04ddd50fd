package io.freshet.connect.s3;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** What the connector's consumer group has committed. */
interface CommittedOffsets {
  /** Nobody to ask. */
  CommittedOffsets UNKNOWN = partitions -> Map.of();

  /**
   * The texts that were committed along with the offsets, as far as they are known. One request
   * asks for all partitions.
   *
   * @return not every partition need be in it
   */
  Map<TopicPartition, String> metadata(Collection<TopicPartition> partitions);

  /**
   * The group of a connector's consumers, by Kafka Connect's rule.
   *
   * @param properties a task's configuration
   * @return empty if the connector's name is not among them
   */
  static Optional<String> group(Map<String, String> properties) {
    return Optional.ofNullable(properties.get("consumer.override.group.id"))
        .or(() -> Optional.ofNullable(properties.get("name")).map(name -> "connect-" + name));
  }
}
