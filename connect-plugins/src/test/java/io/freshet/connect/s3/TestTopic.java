package io.freshet.connect.s3;

import io.freshet.connect.AvroMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;

/** One partition's records, as Kafka keeps them: by offset, some of which hold none. */
final class TestTopic {
  static final int SCHEMA_ID = 5;

  private final TopicPartition partition;
  private final ConcurrentSkipListMap<Long, SinkRecord> records = new ConcurrentSkipListMap<>();

  TestTopic(String topic, int partition) {
    this.partition = new TopicPartition(topic, partition);
  }

  @Override
  public String toString() {
    return partition.toString();
  }

  TopicPartition partition() {
    return partition;
  }

  /** A row whose id is its offset. */
  TestTopic row(long offset) {
    return value(
        offset,
        AvroMessages.framed(
            SCHEMA_ID,
            AvroMessages.body(AvroMessages.ROW, AvroMessages.row((int) offset, "n" + offset))));
  }

  TestTopic rows(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      row(offset);
    }
    return this;
  }

  /** Gives a record that is there a header. */
  TestTopic header(long offset, String name, byte[] value) {
    records.get(offset).headers().addBytes(name, value);
    return this;
  }

  TestTopic value(long offset, Object value) {
    return value(offset, null, value);
  }

  TestTopic value(long offset, Schema schema, Object value) {
    return record(offset, null, null, schema, value, new ConnectHeaders());
  }

  TestTopic record(
      long offset, Schema keySchema, Object key, Schema schema, Object value, Headers headers) {
    records.put(
        offset,
        new SinkRecord(
            partition.topic(),
            partition.partition(),
            keySchema,
            key,
            schema,
            value,
            offset,
            1_000 + offset,
            TimestampType.CREATE_TIME,
            headers));
    return this;
  }

  /** What compaction does. */
  void delete(long offset) {
    records.remove(offset);
  }

  void deleteBefore(long offset) {
    records.headMap(offset).clear();
  }

  List<SinkRecord> fetch(long position, int max) {
    List<SinkRecord> batch = new ArrayList<>();
    for (SinkRecord record : records.tailMap(position).values()) {
      if (batch.size() == max) {
        break;
      }
      batch.add(record);
    }
    return batch;
  }
}
