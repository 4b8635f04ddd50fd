package io.freshet.lake.change;

import java.util.Optional;

/**
 * The changes to be written hold a TRUNCATE, which needs a commit of its own: what is before it is
 * to be written first, and alone.
 */
public final class TruncateFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int partition;
  private final long offset;

  TruncateFoundException(String topic, int partition, long offset) {
    super("TRUNCATE in topic %s, partition %d at offset %d".formatted(topic, partition, offset));
    this.partition = partition;
    this.offset = offset;
  }

  /** The Kafka partition that it stands in. */
  public int partition() {
    return partition;
  }

  /** Its Kafka offset. */
  public long offset() {
    return offset;
  }

  /** Finds one among the causes of a failed write. */
  public static Optional<TruncateFoundException> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TruncateFoundException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
