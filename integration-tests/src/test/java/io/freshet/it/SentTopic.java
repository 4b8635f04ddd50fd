package io.freshet.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic as a consumer of committed records finds it. */
final class SentTopic {
  private SentTopic() {}

  /** Offsets of the records that have a value, in each partition. */
  static Map<Integer, List<Long>> offsets(Pipeline pipeline, String topic) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            pipeline.env("FRESHET_KAFKA_BOOTSTRAP_SERVERS"),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    Map<Integer, List<Long>> offsets = new TreeMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      partitions.forEach(partition -> offsets.put(partition.partition(), new ArrayList<>()));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.value() != null) {
            offsets.get(record.partition()).add(record.offset());
          }
        }
      }
    }
    return offsets;
  }
}
