package io.freshet.connect.partition;

import io.freshet.connect.avro.EncodedRecord;
import org.apache.kafka.connect.sink.SinkRecord;

/** Says in which folder a record is landed. Used by one thread. */
public interface Partitioner {
  /** One folder for each Kafka partition. */
  Partitioner KAFKA_PARTITION =
      (record, encoded) -> ofKafkaPartition(record.originalKafkaPartition());

  /** The folder of one Kafka partition. */
  static String ofKafkaPartition(int partition) {
    return "partition=" + partition;
  }

  /**
   * @param record the record as Connect delivered it
   * @param encoded the record as it will be landed
   * @return folder below the topic's, without slashes at its ends
   * @throws io.freshet.connect.avro.BadRecordException if the record says nothing of where it
   *     belongs
   */
  String path(SinkRecord record, EncodedRecord encoded);
}
