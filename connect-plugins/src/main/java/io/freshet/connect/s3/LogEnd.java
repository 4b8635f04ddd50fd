package io.freshet.connect.s3;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;

/** Where a partition's log ends, as far as this task knows. */
final class LogEnd {
  static final long UNKNOWN = -1;

  private final TopicPartition partition;
  private final SinkServices services;
  private final PartitionEvents events;
  private Optional<String> lastStep = Optional.empty();
  private long position = UNKNOWN;

  LogEnd(TopicPartition partition, SinkServices services, PartitionEvents events) {
    this.partition = partition;
    this.services = services;
    this.events = events;
  }

  /** Position after the last step, or where the first one will start; {@link #UNKNOWN} before. */
  long position() {
    return position;
  }

  /**
   * Looks for it in S3.
   *
   * @param hint what was committed along with the group's offset, if anything was
   * @return empty if nothing is landed
   * @throws RetriableException if S3 doesn't answer
   */
  Optional<LandingLog.Tail> find(Optional<String> hint) {
    Optional<LandingLog.Tail> tail = services.log().tail(partition, hint);
    tail.ifPresentOrElse(
        end -> {
          moveTo(end);
          events.located(end);
        },
        () -> events.nothingLanded(hint));
    return tail;
  }

  /** An empty log is to start here. */
  void startAt(long offset) {
    position = offset;
  }

  private void moveTo(LandingLog.Tail end) {
    lastStep = Optional.of(end.key());
    position = end.next();
  }

  /**
   * Puts files at the end.
   *
   * @return the end that another task has moved the log to; empty if the files are landed
   * @throws RetriableException if that can't be known just now; the same files may be tried again
   */
  Optional<LandingLog.Tail> land(SealedFiles files) {
    Optional<LandingLog.Tail> winner = begunElsewhere().or(() -> put(files));
    winner.ifPresent(
        end -> {
          moveTo(end);
          events.fenced(files, end);
        });
    return winner;
  }

  /**
   * The end of a log that was empty when it was looked at, and was begun by another task since. Two
   * that begin with different records, after compaction or with the consumer at the topic's end,
   * don't compete for one key.
   */
  private Optional<LandingLog.Tail> begunElsewhere() {
    return lastStep.isPresent()
        ? Optional.empty()
        : services
            .log()
            .first(partition)
            .filter(key -> !key.equals(services.log().key(partition, position)))
            .flatMap(key -> services.log().tail(partition, Optional.of(key)));
  }

  private Optional<LandingLog.Tail> put(SealedFiles files) {
    long begin = services.clock().millis();
    LandingLog.Outcome outcome;
    try {
      outcome = services.log().land(files);
    } catch (RetriableException failed) {
      events.retried();
      throw failed;
    }
    if (outcome instanceof LandingLog.Fenced fenced) {
      return Optional.of(new LandingLog.Tail(fenced.key(), fenced.winner().next()));
    }
    String step = ((LandingLog.Landed) outcome).key();
    events.landed(files, step, Math.max(0, services.clock().millis() - begin));
    moveTo(new LandingLog.Tail(step, files.next()));
    return Optional.empty();
  }

  /**
   * Where the log ends, with the key of its last step: the hint of the partition's next owner.
   * Empty if nothing was landed yet.
   */
  Optional<OffsetAndMetadata> landed() {
    return lastStep.map(step -> new OffsetAndMetadata(position, step));
  }
}
