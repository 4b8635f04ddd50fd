package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Bad messages among good ones, in a real worker with {@code errors.tolerance=all}. */
class SinkErrorsIT {
  private static final String SINK = "tolerant";
  private static final String TOPIC = SINK + ".rows";
  private static final String DEAD_LETTERS = "tolerant-dead-letters";
  private static final int UNKNOWN_ID = 987_654;

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void badMessagesGoToTheDeadLetterQueueWithTheirReasons() throws Exception {
    try (AvroTopics topics = new AvroTopics(pipeline);
        LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      topics.create(TOPIC, 1);
      byte[] badMagic = topics.message(1);
      badMagic[0] = 7;
      byte[] unknownId = AvroTopics.message(UNKNOWN_ID, 2);
      byte[] whole = topics.message(3);
      byte[] truncated = Arrays.copyOf(whole, whole.length - 2);
      topics.send(TOPIC, 0, 0);
      topics.send(TOPIC, 0, badMagic);
      topics.send(TOPIC, 0, unknownId);
      topics.send(TOPIC, 0, truncated);
      topics.send(TOPIC, 0, 4);
      topics.flush();
      connectors.run(
          "apply",
          connectors.variant(
              "moma-s3-sink",
              SINK,
              Map.of(
                  "topics.regex", TOPIC.replace(".", "\\."),
                  "rotate.interval.ms", "1000",
                  "errors.tolerance", "all",
                  "errors.deadletterqueue.topic.name", DEAD_LETTERS,
                  "errors.deadletterqueue.topic.replication.factor", "1",
                  "errors.deadletterqueue.context.headers.enable", "true")));

      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> landed.next(TOPIC, 0) == 5);
      assertThat(landed.rows(TOPIC, 0)).extracting(row -> row.get("n")).containsExactly(0L, 4L);
      assertThat(landed.rows(TOPIC, 0)).extracting(LandedTopic::offset).containsExactly(0L, 4L);

      List<ConsumerRecord<byte[], byte[]>> dead = deadLetters(3);
      assertThat(dead)
          .extracting(ConsumerRecord::value)
          .containsExactly(badMagic, unknownId, truncated);
      assertThat(dead)
          .extracting(letter -> header(letter, "__connect.errors.topic"))
          .containsOnly(TOPIC);
      assertThat(dead)
          .extracting(letter -> header(letter, "__connect.errors.offset"))
          .containsExactly("1", "2", "3");
      List<String> reasons =
          dead.stream()
              .map(letter -> header(letter, "__connect.errors.exception.message"))
              .toList();
      assertThat(reasons.get(0)).contains(TOPIC + "-0", "offset 1", "begins with byte 0x07");
      assertThat(reasons.get(1)).contains("offset 2", "no schema with content id " + UNKNOWN_ID);
      assertThat(reasons.get(2)).contains("offset 3", "truncated");
    } finally {
      connectors.run("delete", SINK);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters(int count) {
    Map<String, Object> brokers = new HashMap<>();
    brokers.put("bootstrap.servers", pipeline.env("FRESHET_KAFKA_BOOTSTRAP_SERVERS"));
    brokers.put("auto.offset.reset", "earliest");
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(brokers, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(Set.of(new TopicPartition(DEAD_LETTERS, 0)));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
                return letters.size() >= count;
              });
    }
    return letters;
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return StandardCharsets.UTF_8
        .decode(ByteBuffer.wrap(letter.headers().lastHeader(name).value()))
        .toString();
  }
}
