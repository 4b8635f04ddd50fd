package io.freshet.connect.s3;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Where Kafka's own log of a partition begins. */
interface EarliestOffsets extends AutoCloseable {
  /** Nobody to ask. */
  EarliestOffsets UNKNOWN = partition -> Optional.empty();

  /**
   * @return the first offset that Kafka still has; empty if that isn't known
   * @throws org.apache.kafka.connect.errors.RetriableException if the brokers don't answer
   */
  Optional<Long> of(TopicPartition partition);

  @Override
  default void close() {}
}
