package io.freshet.lake.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Where a range of messages ends. Kafka's own stand-in for a consumer lets its end be anywhere. */
class KafkaMessageIteratorTest {
  private static final TopicPartition PARTITION = new TopicPartition("moma.public.artists", 0);
  private static final byte[] MESSAGE = {0, 0, 0, 0, 1, 2};

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  private void record(long offset, byte[] value, String... headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(PARTITION.topic(), 0, offset, new byte[0], value);
    for (String header : headers) {
      record.headers().add(header, "{}".getBytes(StandardCharsets.UTF_8));
    }
    consumer.addRecord(record);
  }

  private List<Long> offsets(long until, Runnable later) {
    List<Long> offsets = new ArrayList<>();
    KafkaConnection connection =
        new KafkaConnection("127.0.0.1:1", Map.of(), MessageIds.CONTENT_ID_4);
    try (KafkaMessageIterator messages =
        KafkaMessageIterator.lent(connection, consumer, PARTITION.topic(), 0, 0, until)) {
      consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
      consumer.schedulePollTask(
          () -> {
            record(0, MESSAGE);
            record(1, MESSAGE, "__debezium.newkey");
          });
      consumer.schedulePollTask(later);
      messages.forEachRemaining(message -> offsets.add(message.offset()));
    }
    return offsets;
  }

  @Test
  void anUpdateOfAKeyIsReadWhole() {
    assertThat(
            offsets(
                2,
                () -> {
                  record(2, null); // a tombstone, and at 3 a transaction's marker
                  record(4, MESSAGE, "__debezium.oldkey");
                  record(5, MESSAGE);
                }))
        .containsExactly(0L, 1L, 4L);
  }

  @Test
  void aRangeThatEndsBeforeOneIsNotReadOn() {
    assertThat(offsets(1, () -> record(2, MESSAGE, "__debezium.oldkey"))).containsExactly(0L);
  }
}
