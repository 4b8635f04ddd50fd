package io.freshet.connect.avro;

import org.apache.kafka.connect.sink.SinkRecord;

/**
 * How a record becomes the bytes that the files' format takes, such as Avro binary; used by one
 * thread.
 */
public interface RecordEncoder {

  /**
   * @param record a record whose value is not null, if the encoder doesn't say that it may be
   * @return its encoding, whose bytes hold until the next call
   * @throws BadRecordException if this record can't be landed
   * @throws org.apache.kafka.connect.errors.RetriableException if the schema can't be had just now
   * @throws org.apache.kafka.connect.errors.ConnectException if no record can be landed, because
   *     the connector's configuration is at fault
   */
  EncodedRecord encode(SinkRecord record);
}
