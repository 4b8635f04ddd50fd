package io.freshet.lake.source;

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

  /** Bytes of a message that are assumed where only offsets are known. */
  private static final long BYTES_PER_MESSAGE = 500;

  @Override
  public long bytes() {
    return (next - position) * BYTES_PER_MESSAGE;
  }
}
