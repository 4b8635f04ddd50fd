package io.freshet.connect.s3;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges what Kafka delivers first after a seek, when it isn't the record that was asked for.
 *
 * <p>A later record is normal: offsets go to transaction markers, aborted and compacted records.
 * Retention leaves the same gap, and a consumer can't tell them apart; the brokers can, by where
 * their log begins. An earlier record is never normal: the topic is not the one that was landed.
 */
final class MissingOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(MissingOffsets.class);
  private static final String FIX =
      "; restore the records, or accept the loss with "
          + ErrorOptions.MISSING_OFFSETS
          + "=continue";

  private final EarliestOffsets earliest;
  private final boolean fail;

  /**
   * @param fail whether a loss fails the task; otherwise it is logged
   */
  MissingOffsets(EarliestOffsets earliest, boolean fail) {
    this.earliest = earliest;
    this.fail = fail;
  }

  /**
   * @param expected position that was sought
   * @param delivered offset of the first record that came
   * @throws ConnectException if records are lost and that fails the task
   * @throws org.apache.kafka.connect.errors.RetriableException if the brokers don't answer
   */
  void check(TopicPartition partition, long expected, long delivered) {
    if (delivered < expected) {
      lost(
          partition,
          expected,
          delivered,
          "%s: the landing log ends at position %d, but Kafka begins again at offset %d: the topic was recreated or cut back"
              .formatted(partition, expected, delivered),
          "; land it under another "
              + StoreOptions.TOPICS_DIR
              + ", or pass over everything below"
              + " the position with "
              + ErrorOptions.MISSING_OFFSETS
              + "=continue");
    } else if (delivered > expected) {
      long first = earliest.of(partition).orElse(expected);
      if (first > expected) {
        lost(
            partition,
            expected,
            first,
            "%s: the landing log ends at position %d, but Kafka's records begin at offset %d: those between were deleted before they were landed"
                .formatted(partition, expected, first),
            FIX);
      } else {
        LOG.info(
            "no records {} position={} next={}",
            PartitionEvents.pairs(partition),
            expected,
            delivered);
      }
    }
  }

  private void lost(
      TopicPartition partition, long expected, long found, String message, String fix) {
    LOG.error(
        "missing records {} position={} first={} reason=\"{}\"",
        PartitionEvents.pairs(partition),
        expected,
        found,
        message);
    if (fail) {
      throw new ConnectException(message + fix);
    }
  }
}
