package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.TestRegistry;
import io.freshet.connect.avro.BadRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3SinkTaskTest {
  private static TestS3 s3;
  private static TestRegistry registry;

  private final ManualClock clock = new ManualClock();
  private final List<TestWorker> workers = new ArrayList<>();
  private FaultyStore store;
  private ErrantRecordReporter reporter;
  private EarliestOffsets earliest = EarliestOffsets.UNKNOWN;
  private TestTopic topic;

  @BeforeAll
  static void start() throws Exception {
    s3 = new TestS3();
    registry = new TestRegistry().content(TestTopic.SCHEMA_ID, AvroMessages.ROW);
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
    registry.close();
  }

  @BeforeEach
  void newTopic() {
    topic = new TestTopic("moma." + UUID.randomUUID(), 0);
  }

  @AfterEach
  void stopTasks() {
    workers.forEach(worker -> worker.task().stop());
  }

  private TestWorker worker(String... overrides) {
    Map<String, String> properties = new HashMap<>(s3.properties(registry.url()));
    for (int i = 0; i < overrides.length; i += 2) {
      properties.put(overrides[i], overrides[i + 1]);
    }
    S3SinkConfig config = S3SinkConfig.parse(properties);
    StoreOptions options = config.store();
    store =
        new FaultyStore(
            new S3ObjectStore(S3Clients.create(options), options.bucket(), options.partBytes()));
    TestWorker worker = new TestWorker(properties, reporter);
    worker.task().start(config, SinkServices.of(config, worker, clock, store, earliest));
    workers.add(worker);
    return worker;
  }

  private LandedLog log() {
    return LandedLog.read(s3, topic.partition());
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

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
    worker("flush.size", "2").assign(0, topic.rows(0, 2));
    workers.get(0).poll(100);
    String key = log().keys().get(0).key();
    try (var in =
        new org.apache.avro.file.DataFileStream<>(
            new java.io.ByteArrayInputStream(s3.read(key)),
            new org.apache.avro.generic.GenericDatumReader<>())) {
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

  @ParameterizedTest
  @CsvSource({"rotate.interval.ms,5000", "rotate.idle.ms,5000"})
  void rotatesByTimeWithoutAnotherRecord(String property, String millis) {
    TestWorker worker = worker("rotate.interval.ms", "-1", property, millis);
    worker.assign(0, topic.rows(0, 3));
    worker.poll(100);
    assertThat(worker.timeout()).as("Connect is asked to come back in time").isEqualTo(5_000);

    clock.advance(Duration.ofMillis(4_999));
    worker.poll(100);
    assertThat(log().positions()).isEmpty();
    assertThat(worker.timeout()).isEqualTo(1);

    clock.advance(Duration.ofMillis(1));
    worker.poll(100);
    assertThat(log().offsets()).containsExactly(0L, 1L, 2L);
    assertThat(worker.timeout()).as("nothing is buffered").isEqualTo(-1);
  }

  @Test
  void theIntervalCountsFromTheFirstRecordAndIdleTimeFromTheLast() {
    TestWorker worker = worker("rotate.interval.ms", "10000", "rotate.idle.ms", "4000");
    worker.assign(0, topic);
    clock.advance(Duration.ofHours(1));
    for (long offset = 0; offset < 4; offset++) {
      topic.row(offset);
      worker.poll(100);
      assertThat(log().positions()).isEmpty();
      clock.advance(Duration.ofSeconds(3));
    }
    worker.poll(100);
    assertThat(log().offsets()).as("interval, 12 s after the first").isEqualTo(range(0, 4));

    topic.row(4);
    worker.poll(100);
    clock.advance(Duration.ofSeconds(4));
    worker.poll(100);
    assertThat(log().offsets()).as("idle").isEqualTo(range(0, 5));
  }

  @Test
  void rotatesByBytes() {
    TestWorker worker = worker("rotate.bytes", "200", "flush.size", "-1");
    worker.assign(0, topic.rows(0, 100));
    worker.poll(100);
    assertThat(log().positions()).hasSizeBetween(4, 12);
  }

  @Test
  void anotherSchemaBeginsAnotherFile() {
    Schema wider =
        SchemaBuilder.record("Value")
            .namespace("moma.artists")
            .fields()
            .requiredInt("born")
            .endRecord();
    registry.content(6, wider);
    byte[] body = AvroMessages.body(wider, recordOf(wider, 1906));
    TestWorker worker = worker("flush.size", "3");
    worker.assign(0, topic.rows(0, 2).value(2, AvroMessages.framed(6, body)).rows(3, 6));
    worker.poll(100);
    assertThat(log().positions()).containsExactly(0L, 2L, 3L);
    assertThat(log().metadata()).extracting("schemaId").containsExactly(5L, 6L, 5L);
    assertThat(log().rows().get(2).get("born")).isEqualTo(1906);
  }

  private static GenericRecord recordOf(Schema schema, Object first) {
    GenericRecord record = new org.apache.avro.generic.GenericData.Record(schema);
    record.put(0, first);
    return record;
  }

  @Test
  void tombstonesAreLeftOutAndTheirOffsetsAreAnsweredFor() {
    TestWorker worker = worker("flush.size", "2", "rotate.interval.ms", "1000");
    worker.assign(
        0, topic.value(0, null).row(1).value(2, null).row(3).value(4, null).row(5).value(6, null));
    worker.poll(100);
    clock.advance(Duration.ofSeconds(1));
    worker.poll(100);
    assertThat(log().offsets()).containsExactly(1L, 3L, 5L);
    assertThat(log().positions()).containsExactly(0L, 4L);
    assertThat(log().metadata()).extracting("next").containsExactly(4L, 7L);
  }

  @Test
  void tombstonesFailWhenAskedTo() {
    TestWorker worker = worker("behavior.on.null.values", "fail");
    worker.assign(0, topic.row(0).value(1, null));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining(topic.partition() + ", offset 1: the value is null");
  }

  @Test
  void aBadRecordFailsTheTaskByDefault() {
    byte[] whole = (byte[]) topic.row(0).fetch(0, 1).get(0).value();
    TestWorker worker = worker("errors.tolerance", "all");
    worker.assign(0, topic.value(1, Arrays.copyOf(whole, whole.length - 1)));
    assertThatThrownBy(() -> worker.poll(100))
        .as("tolerated, but there is no reporter to take it")
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining(topic.partition() + ", offset 1: the Avro body is truncated");
  }

  @Test
  void aToleratedBadRecordIsReportedOnceAndAnsweredFor() {
    List<Long> reported = new ArrayList<>();
    CompletableFuture<Void> safe = new CompletableFuture<>();
    reporter =
        (record, error) -> {
          reported.add(record.kafkaOffset());
          safe.complete(null);
          return safe;
        };
    TestWorker worker = worker("errors.tolerance", "all", "flush.size", "4");
    AtomicInteger puts = new AtomicInteger();
    store.aroundPut(
        put -> {
          if (puts.getAndIncrement() < 2) {
            throw new RetriableException("try later");
          }
          return put.run();
        });
    worker.assign(0, topic.rows(0, 2).value(2, new byte[] {1, 2, 3}).rows(3, 5));
    assertThat(worker.poll(100)).isFalse();
    assertThat(worker.poll(100)).isFalse();
    assertThat(worker.poll(100)).isTrue();
    assertThat(reported).containsExactly(2L);
    assertThat(log().offsets()).containsExactly(0L, 1L, 3L, 4L);
    assertThat(log().metadata()).extracting("next").containsExactly(5L);
  }

  @Test
  void aLostReportLandsNothing() {
    reporter = (record, error) -> CompletableFuture.failedFuture(new IllegalStateException("full"));
    TestWorker worker = worker("errors.tolerance", "all", "flush.size", "1");
    worker.assign(0, topic.value(0, new byte[] {1, 2, 3}).row(1));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("a bad record could not be reported");
    assertThat(log().positions()).isEmpty();
  }

  @Test
  void redeliveredRecordsAreNotBufferedTwice() {
    TestWorker worker = worker("flush.size", "4", "retry.backoff.ms", "77");
    worker.assign(0, topic.rows(0, 10));
    store.aroundPut(
        put -> {
          throw new RetriableException("S3 is busy");
        });
    for (int i = 0; i < 3; i++) {
      assertThat(worker.poll(10)).isFalse();
      assertThat(worker.timeout()).isEqualTo(77);
    }
    store.aroundPut(FaultyStore.Put::run);
    assertThat(worker.poll(10)).isTrue();
    topic.rows(10, 12);
    worker.poll(10);
    assertThat(log().positions()).containsExactly(0L, 4L, 8L);
    assertThat(log().offsets()).isEqualTo(range(0, 12));
  }

  @Test
  void aRegistryFailureKeepsWhatIsBuffered() {
    TestWorker worker = worker("flush.size", "4");
    worker.assign(0, topic.rows(0, 2).value(2, AvroMessages.framed(33, new byte[] {2})).rows(3, 4));
    registry.fail(500);
    assertThat(worker.poll(10)).isFalse();
    registry.fail(200);
    registry.content(33, SchemaBuilder.record("R").fields().requiredInt("n").endRecord());
    assertThat(worker.poll(10)).isTrue();
    clock.advance(Duration.ofHours(1));
    worker.poll(10);
    assertThat(log().offsets()).isEqualTo(range(0, 4));
  }

  @Test
  void anAnswerLostAfterSuccessIsOurs() {
    TestWorker worker = worker("flush.size", "2");
    // What the SDK's retry does when the first answer never comes: the second one is a 412.
    store.aroundPut(
        put -> {
          assertThat(put.run()).isTrue();
          return put.run();
        });
    worker.assign(0, topic.rows(0, 6));
    assertThat(worker.poll(10)).isTrue();
    assertThat(log().positions()).containsExactly(0L, 2L, 4L);
    assertThat(log().offsets()).isEqualTo(range(0, 6));
  }

  @Test
  void aTimeoutAfterSuccessIsOursAtTheNextTry() {
    TestWorker worker = worker("flush.size", "2");
    AtomicInteger puts = new AtomicInteger();
    store.aroundPut(
        put -> {
          boolean created = put.run();
          if (puts.getAndIncrement() % 2 == 0) {
            throw new RetriableException("timed out, nobody knows");
          }
          return created;
        });
    worker.assign(0, topic.rows(0, 4));
    assertThat(worker.poll(10)).isFalse();
    assertThat(worker.poll(10)).isFalse();
    assertThat(worker.poll(10)).isTrue();
    assertThat(log().positions()).containsExactly(0L, 2L);
    assertThat(log().offsets()).isEqualTo(range(0, 4));
  }

  @Test
  void aFencedTaskDropsItsBufferAndGoesToTheWinnersNext() {
    TestWorker zombie = worker("flush.size", "8");
    zombie.assign(0, topic.rows(0, 6));
    zombie.poll(100);
    TestWorker owner = worker("flush.size", "5");
    owner.assign(0, topic);
    owner.poll(100);

    topic.rows(6, 20);
    zombie.poll(100);
    assertThat(zombie.position(topic)).isEqualTo(5);
    assertThat(log().offsets()).isEqualTo(range(0, 5));
    zombie.poll(100);
    assertThat(log().positions()).containsExactly(0L, 5L);
    assertThat(log().offsets()).isEqualTo(range(0, 13));
  }

  @Test
  void aFailureInTheFencedBatchDoesNotLetItsRestThrough() {
    TestTopic other = new TestTopic(topic.partition().topic(), 1);
    TestWorker zombie = worker("flush.size", "8");
    FaultyStore zombies = store;
    zombie.assign(0, topic.rows(0, 6), other);
    zombie.poll(100);
    TestWorker owner = worker("flush.size", "2");
    owner.assign(0, topic);
    owner.poll(3);

    // The zombie is fenced at 0 and seeks 2; then the other partition fails in the same batch.
    topic.rows(6, 12);
    other.rows(0, 8);
    AtomicInteger puts = new AtomicInteger();
    zombies.aroundPut(
        put -> {
          if (puts.getAndIncrement() == 1) {
            throw new RetriableException("busy");
          }
          return put.run();
        });
    assertThat(zombie.poll(100)).isFalse();
    assertThat(zombie.poll(100)).isTrue();
    assertThat(zombie.poll(100)).isTrue();
    assertThat(log().offsets()).isEqualTo(range(0, 10));
    assertThat(LandedLog.read(s3, other.partition()).offsets()).isEqualTo(range(0, 8));
  }

  @Test
  void aFailedLookAtTheLogsEndIsMadeUpForAtTheNextPut() {
    TestWorker first = worker("flush.size", "4");
    first.assign(0, topic.rows(0, 10));
    first.poll(100);

    TestWorker second = worker("flush.size", "2");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (reads.getAndIncrement() < 2) {
            throw new RetriableException("throttled");
          }
        });
    second.assign(3, topic);
    assertThat(second.poll(100)).isFalse();
    assertThat(second.poll(100)).isTrue();
    assertThat(second.position(topic)).isEqualTo(8);
    second.poll(100);
    assertThat(log().offsets()).isEqualTo(range(0, 10));
  }

  @Test
  void onlyTheGivenPartitionsAreClosed() {
    TestTopic other = new TestTopic(topic.partition().topic(), 1);
    TestWorker worker = worker("flush.size", "4");
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
  void keptFilesGoUpInParts() {
    TestWorker worker =
        worker("flush.size", "120", "s3.part.size", "5242880", "rotate.bytes", "-1");
    String large = "x".repeat(100_000);
    for (int i = 0; i < 240; i++) {
      byte[] body = AvroMessages.body(AvroMessages.ROW, AvroMessages.row(i, large + i));
      topic.value(i, AvroMessages.framed(TestTopic.SCHEMA_ID, body));
    }
    worker.assign(0, topic);
    worker.poll(1_000);
    LandedLog log = log();
    assertThat(log.positions()).containsExactly(0L, 120L);
    assertThat(log.offsets()).isEqualTo(range(0, 240));
    assertThat(log.rows().get(239).get("name")).hasToString(large + 239);
    assertThat(
            s3.client().headObject(r -> r.bucket(s3.bucket()).key(log.keys().get(0).key())).eTag())
        .as("an ETag of three parts")
        .contains("-3");

    // The same fence holds for uploads in parts, which leave nothing behind.
    S3ObjectStore parts = new S3ObjectStore(s3.client(), s3.bucket(), 5 * 1024 * 1024);
    SpoolBuffer payload = new SpoolBuffer(1);
    try {
      payload.write(new byte[6 * 1024 * 1024]);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    assertThat(parts.putIfAbsent(log.keys().get(0).key(), payload, Map.of())).isFalse();
    payload.close();
    assertThat(s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads()).isEmpty();
    assertThat(log().offsets()).isEqualTo(range(0, 240));
  }

  @Test
  void aForeignObjectInTheLogIsNamed() {
    String key = new LandingLog(store(), "topics").key(topic.partition(), 0).key();
    s3.client()
        .putObject(
            r -> r.bucket(s3.bucket()).key(key),
            software.amazon.awssdk.core.sync.RequestBody.fromString("not ours"));
    TestWorker worker = worker();
    assertThatThrownBy(() -> worker.assign(0, topic))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("move the object out of the landing log");
    s3.client().deleteObject(r -> r.bucket(s3.bucket()).key(key));
  }

  private ObjectStore store() {
    return new S3ObjectStore(s3.client(), s3.bucket(), 5 * 1024 * 1024);
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
    try (EarliestOffsets nobody =
        new AdminEarliestOffsets(
            Map.of(
                "bootstrap.servers", "127.0.0.1:9",
                "request.timeout.ms", "200",
                "default.api.timeout.ms", "300"))) {
      assertThatThrownBy(() -> nobody.of(topic.partition()))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("127.0.0.1:9 did not say where " + topic.partition() + " begins");
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
