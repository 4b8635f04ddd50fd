package io.freshet.connect.avro;

import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One record can't be landed, whatever is tried: the fault is in the record and others may be fine.
 * The message names topic, partition and offset.
 */
public final class BadRecordException extends DataException {
  private static final long serialVersionUID = 1L;

  /**
   * @param record the record that can't be landed
   * @param reason what is wrong with it, and the fix where there is one
   */
  public BadRecordException(SinkRecord record, String reason) {
    this(record, reason, null);
  }

  /**
   * @param record the record that can't be landed
   * @param reason what is wrong with it, and the fix where there is one
   * @param cause what was thrown on it; may be null
   */
  public BadRecordException(SinkRecord record, String reason, Throwable cause) {
    super(
        "%s-%d, offset %d: %s"
            .formatted(
                record.originalTopic(),
                record.originalKafkaPartition(),
                record.originalKafkaOffset(),
                reason),
        cause);
  }
}
