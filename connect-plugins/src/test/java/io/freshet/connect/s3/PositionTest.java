package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.LandingKey;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** Where a task begins, and what it says of where it is. */
class PositionTest extends TaskFixture {
  @Test
  void landsRowsWithTheirOffsetsAndTimestamps() {
    TestWorker worker = worker("flush.size", "4");
    worker.assign(0, topic.rows(0, 10));
    worker.poll(100);

    LandedLog log = log();
    assertThat(log.positions()).containsExactly(0L, 4L);
    assertThat(log.offsets()).isEqualTo(range(0, 8));
    GenericRecord row = log.rows().get(3);
    assertThat(row.get("id")).isEqualTo(3);
    assertThat(row.get("name")).hasToString("n3");
    assertThat(row.get("__kafka_timestamp")).isEqualTo(1_003L);
    assertThat(log.metadata().get(1).next()).isEqualTo(8);
    assertThat(log.metadata().get(1).schemaId()).isEqualTo(TestTopic.SCHEMA_ID);
    assertThat(log.metadata().get(1).firstTimestamp()).isEqualTo(1_004);
    assertThat(log.metadata().get(1).lastTimestamp()).isEqualTo(1_007);
    assertThat(worker.preCommit().get(topic.partition()).offset()).isEqualTo(8);
  }

  @Test
  void theFilesHeaderSaysWhatItsMetadataSays() throws Exception {
    TestWorker worker = worker("flush.size", "2");
    worker.assign(0, topic.rows(0, 2));
    worker.poll(100);
    String key = log().keys().get(0).key();
    try (DataFileStream<GenericRecord> in =
        new DataFileStream<>(new ByteArrayInputStream(s3.read(key)), new GenericDatumReader<>())) {
      s3.metadata(key)
          .forEach((name, value) -> assertThat(in.getMetaString(name)).isEqualTo(value));
      assertThat(in.getMetaKeys()).containsAll(s3.metadata(key).keySet());
    }
  }

  @Test
  void nothingLandedMeansNothingToCommit() {
    TestWorker worker = worker();
    worker.assign(0, topic.rows(0, 10));
    worker.poll(100);
    assertThat(worker.preCommit()).isEmpty();
  }

  @Test
  void anEmptyLogBeginsWhereTheConsumerDoes() {
    TestWorker worker = worker("flush.size", "5");
    worker.assign(0, topic.rows(40, 50));
    worker.poll(100);
    assertThat(log().positions()).containsExactly(40L, 45L);
  }

  @Test
  void offsetsWithoutRecordsLeaveNoGapInTheChain() {
    TestWorker worker = worker("flush.size", "3");
    worker.assign(0, topic.rows(0, 3).rows(5, 8).rows(20, 23));
    worker.poll(100);
    assertThat(log().positions()).containsExactly(0L, 3L, 8L);
    assertThat(log().metadata()).extracting("next").containsExactly(3L, 8L, 23L);
  }

  @Test
  void aCrashedTasksSuccessorTakesItsPlaceFromS3Alone() {
    TestWorker crashed = worker("flush.size", "4");
    crashed.assign(0, topic.rows(0, 10));
    crashed.poll(100);

    // Committed offsets are lost in the one case and ahead of the log in the other.
    for (long committed : new long[] {0, 9}) {
      TestWorker next = worker("flush.size", "2");
      next.assign(committed, topic);
      assertThat(next.position(topic)).isEqualTo(committed == 0 ? 8 : 10);
      next.poll(100);
    }
    assertThat(log().positions()).containsExactly(0L, 4L, 8L);
    assertThat(log().offsets()).isEqualTo(range(0, 10));
  }

  @Test
  void onlyTheGivenPartitionsAreClosed() {
    TestTopic other = new TestTopic(topic.partition().topic(), 1);
    TestWorker worker = worker("flush.size", "4", "rotate.on.close", "false");
    worker.assign(0, topic.rows(0, 3), other.rows(0, 3));
    worker.poll(100);
    worker.revoke(topic);
    topic.rows(3, 4);
    other.rows(3, 4);
    worker.poll(100);
    assertThat(log().positions()).isEmpty();
    assertThat(LandedLog.read(s3, other.partition()).offsets()).isEqualTo(range(0, 4));

    worker.assign(3, topic);
    assertThat(worker.position(topic))
        .as("nothing landed: the consumer's own position")
        .isEqualTo(3);
  }

  @Test
  void aStoresTemporaryFileIsNoPartOfTheLog() {
    TestWorker first = worker("flush.size", "4");
    first.assign(0, topic.rows(0, 8));
    first.poll(100);
    String last = log().keys().get(1).key();
    Map<String, String> metadata = new HashMap<>(s3.metadata(last));
    metadata.put("freshet-next", "12");
    String temporary = last.replace("004.avro", "008.avro-" + UUID.randomUUID());
    s3.client()
        .putObject(
            r -> r.bucket(s3.bucket()).key(temporary).metadata(metadata), RequestBody.empty());
    s3.client()
        .putObject(
            r -> r.bucket(s3.bucket()).key(last + "_notes.txt"), RequestBody.fromString("notes"));

    TestWorker second = worker();
    second.assign(0, topic);
    assertThat(second.position(topic)).isEqualTo(8);
  }

  @Test
  void aForeignObjectInTheLogIsNamed() {
    String key =
        new LandingKey(
                "topics", topic.partition().topic(), topic.partition().partition(), 0, "avro")
            .key();
    s3.client().putObject(r -> r.bucket(s3.bucket()).key(key), RequestBody.fromString("not ours"));
    TestWorker worker = worker();
    assertThatThrownBy(() -> worker.assign(0, topic))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("move the object out of the landing log");
    s3.client().deleteObject(r -> r.bucket(s3.bucket()).key(key));
  }

  @Test
  void recordsDeletedBeforeTheyWereLandedFailTheTask() {
    TestWorker first = worker("flush.size", "4");
    first.assign(0, topic.rows(0, 20));
    first.poll(4);
    topic.deleteBefore(10);

    earliest = partition -> Optional.of(10L);
    TestWorker second = worker("flush.size", "4");
    second.assign(4, topic);
    assertThatThrownBy(() -> second.poll(100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(topic.partition().toString())
        .hasMessageContaining("ends at position 4, but Kafka's records begin at offset 10")
        .hasMessageContaining("on.missing.offsets=continue");

    TestWorker third = worker("flush.size", "5", "on.missing.offsets", "continue");
    third.assign(4, topic);
    third.poll(100);
    assertThat(log().positions()).containsExactly(0L, 4L, 15L);
  }

  @Test
  void brokersThatDoNotAnswerAreAskedAgain() {
    try (BrokerOffsets nobody =
        new BrokerOffsets(
            Map.of(
                "bootstrap.servers", "127.0.0.1:9",
                "request.timeout.ms", "200",
                "default.api.timeout.ms", "300"),
            Optional.of("connect-sink"))) {
      assertThatThrownBy(() -> nobody.of(topic.partition()))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("127.0.0.1:9 did not say where " + topic.partition() + " begins");
      assertThat(nobody.metadata(List.of(topic.partition()))).as("only a hint").isEmpty();
    }
  }

  @Test
  void aGapThatKafkaStillCoversIsNoLoss() {
    TestWorker first = worker("flush.size", "4");
    first.assign(0, topic.rows(0, 4).rows(6, 10));
    first.poll(4);
    earliest = partition -> Optional.of(4L);
    TestWorker second = worker("flush.size", "4");
    second.assign(4, topic);
    second.poll(100);
    assertThat(log().positions()).containsExactly(0L, 4L);
  }

  @Test
  void aRecreatedTopicFailsTheTask() {
    TestWorker first = worker("flush.size", "4");
    first.assign(0, topic.rows(0, 8));
    first.poll(100);
    TestTopic recreated = new TestTopic(topic.partition().topic(), 0).rows(0, 3);
    TestWorker second = worker("flush.size", "4");
    second.assign(0, recreated);
    // The seek to 8 is out of range: the consumer starts over.
    List<SinkRecord> delivered = recreated.fetch(0, 3);
    assertThatThrownBy(() -> second.task().put(delivered))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("ends at position 8, but Kafka begins again at offset 0");
  }
}
