package io.freshet.lake.source;

import java.util.Optional;

/**
 * A range of offsets that is read from Kafka itself.
 *
 * @param topic Kafka topic
 * @param partition Kafka partition
 * @param position first offset
 * @param next offset after the last
 */
public record KafkaRange(String topic, int partition, long position, long next) implements Segment {
  private static final long serialVersionUID = 1L;

  /** Messages of a range, at most: what one task reads. */
  static final long MOST = 50_000;

  /** Bytes of a message that are assumed where only offsets are known. */
  private static final long BYTES_PER_MESSAGE = 500;

  @Override
  public long bytes() {
    return (next - position) * BYTES_PER_MESSAGE;
  }

  /**
   * This range and the one behind it as one. Ranges are as small as Kafka is looked at often, and
   * each would be read by a task and a consumer of its own.
   *
   * @return empty if the other does not follow this one, or they are more than a task shall read
   */
  public Optional<KafkaRange> with(KafkaRange other) {
    return other.partition == partition
            && other.topic.equals(topic)
            && other.position == next
            && other.next - position <= MOST
        ? Optional.of(new KafkaRange(topic, partition, position, other.next))
        : Optional.empty();
  }
}
