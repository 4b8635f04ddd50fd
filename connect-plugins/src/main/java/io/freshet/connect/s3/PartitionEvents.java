package io.freshet.connect.s3;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a partition tells of itself: lines whose first words say what happened and whose {@code
 * key=value} pairs say to what, the same ones from version to version; and metrics.
 */
final class PartitionEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionEvents.class);

  private final TopicPartition partition;
  private final SinkMetrics.Partition metrics;

  PartitionEvents(TopicPartition partition, SinkMetrics metrics) {
    this.partition = partition;
    this.metrics = metrics.partition(partition);
  }

  /** {@code topic=… partition=…}. */
  static String pairs(TopicPartition partition) {
    return "topic=" + partition.topic() + " partition=" + partition.partition();
  }

  void located(LandingLog.Tail end) {
    LOG.info("located {} position={} step={}", pairs(partition), end.next(), end.key());
  }

  void notLocated(RuntimeException reason) {
    LOG.warn("not located yet {} reason=\"{}\"", pairs(partition), reason.getMessage());
  }

  /**
   * @param hint what was committed along with the group's offset
   */
  void nothingLanded(Optional<String> hint) {
    LOG.info("nothing landed yet {}", pairs(partition));
    hint.ifPresent(
        elsewhere ->
            LOG.warn(
                "nothing landed here {} committed-after={}: what comes before the group's offset is"
                    + " landed only if the group's offsets are deleted",
                pairs(partition),
                elsewhere));
  }

  /**
   * @param step the landing's key
   * @param millis how long it took
   */
  void landed(SealedFiles files, String step, long millis) {
    LOG.info(
        "landed {} position={} next={} records={} bytes={} files={} millis={} step={}",
        pairs(partition),
        files.position(),
        files.next(),
        files.records(),
        files.length(),
        files.files().size(),
        millis,
        step);
    metrics.landed(files, millis);
  }

  void retried() {
    metrics.retried();
  }

  /**
   * @param winner the log's end now
   */
  void fenced(SealedFiles dropped, LandingLog.Tail winner) {
    LOG.warn(
        "fenced {} position={} next={} step={} dropped-records={}: another task landed this position;"
            + " going on where it ended",
        pairs(partition),
        dropped.position(),
        winner.next(),
        winner.key(),
        dropped.records());
    metrics.fenced();
  }

  void left(long position, RuntimeException reason) {
    LOG.warn(
        "left to the next owner {} position={} reason=\"{}\"",
        pairs(partition),
        position,
        reason.getMessage());
  }

  /**
   * How things stand.
   *
   * @param open the open files; null: none
   * @param unlanded offsets from the landed position to the newest record that was delivered
   */
  void stand(OpenFiles open, long unlanded) {
    metrics.stand(open == null ? 0 : open.count(), open == null ? 0 : open.bytes(), unlanded);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
