package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;

/**
 * What Connect's worker makes of a poll: each message goes through a converter and becomes a
 * record, a run of records of each partition after the other.
 */
final class Polls {
  /** Kafka's default for {@code max.poll.records}. */
  static final int BATCH = 500;

  static final String TOPIC = "moma.public.artworks";
  private static final RecordHeaders NO_HEADERS = new RecordHeaders();

  private final Messages messages;
  private final Converter converter;
  private final long[] offsets;
  private final int perPartition;
  private int partition;
  private int message;

  /**
   * @param perPartition records of one partition in a batch
   */
  Polls(Messages messages, Converter converter, int partitions, int perPartition) {
    this.messages = messages;
    this.converter = converter;
    this.offsets = new long[partitions];
    this.perPartition = perPartition;
  }

  int partitions() {
    return offsets.length;
  }

  /** The next records of the next partitions. */
  List<SinkRecord> next() {
    List<SinkRecord> batch = new ArrayList<>(BATCH);
    while (batch.size() < BATCH) {
      for (int i = 0; i < perPartition; i++) {
        batch.add(record());
      }
      partition = partition + 1 == offsets.length ? 0 : partition + 1;
    }
    return batch;
  }

  /**
   * The next records of one partition.
   *
   * @param end offset that they go no further than
   */
  List<SinkRecord> next(int of, long end) {
    partition = of;
    List<SinkRecord> batch = new ArrayList<>(BATCH);
    while (batch.size() < BATCH && offsets[partition] < end) {
      batch.add(record());
    }
    partition = 0;
    return batch;
  }

  private SinkRecord record() {
    SchemaAndValue value = converter.toConnectData(TOPIC, NO_HEADERS, messages.messages()[message]);
    message = message + 1 == messages.messages().length ? 0 : message + 1;
    return new SinkRecord(
        TOPIC,
        partition,
        null,
        null,
        value.schema(),
        value.value(),
        offsets[partition]++,
        1_760_000_000_000L,
        TimestampType.CREATE_TIME);
  }
}
