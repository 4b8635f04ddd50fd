package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a file is complete, and what is in it then. */
class RotationTest extends TaskFixture {
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
  void rotatesByTheClockOnTheWallWithoutAnotherRecord() {
    TestWorker worker = worker("rotate.schedule.interval.ms", "3600000");
    worker.assign(0, topic);
    clock.advance(Duration.ofMinutes(50));
    topic.rows(0, 3);
    worker.poll(100);
    assertThat(worker.timeout()).as("until one o'clock").isEqualTo(600_000);
    clock.advance(Duration.ofMillis(599_999));
    worker.poll(100);
    assertThat(log().positions()).as("the age of a file doesn't count").isEmpty();
    clock.advance(Duration.ofMillis(1));
    worker.poll(100);
    assertThat(log().offsets()).containsExactly(0L, 1L, 2L);

    topic.row(3);
    worker.poll(100);
    assertThat(worker.timeout()).as("a file begun at one is due at two").isEqualTo(3_600_000);
  }

  @Test
  void anIntervalThatIsAskedForCountsBesideTheSchedule() {
    TestWorker worker =
        worker("rotate.schedule.interval.ms", "3600000", "rotate.interval.ms", "5000");
    worker.assign(0, topic.rows(0, 3));
    worker.poll(100);
    assertThat(worker.timeout()).isEqualTo(5_000);
  }

  @ParameterizedTest
  @CsvSource({
    // The clock stands at midnight in UTC: half past five in the morning in Kolkata.
    "Asia/Kolkata, 3600000, 1800000",
    "UTC, 3600000, 3600000",
    // A day's start is a rotation even if the period doesn't divide the day, or is longer.
    "Asia/Kolkata, 86400000, 66600000",
    "Asia/Kolkata, 172800000, 66600000",
    "UTC, 50400000, 50400000"
  })
  void theScheduleCountsFromMidnightInTheTimeZone(String zone, long period, long wait) {
    TestWorker worker =
        worker("rotate.schedule.interval.ms", String.valueOf(period), "timezone", zone);
    worker.assign(0, topic.rows(0, 1));
    worker.poll(100);
    assertThat(worker.timeout()).isEqualTo(wait);
    clock.advance(Duration.ofMillis(wait));
    worker.poll(100);
    assertThat(log().offsets()).containsExactly(0L);
  }

  @Test
  void theScheduleKnowsDaysOfOtherLengths() {
    RotationSchedule schedule =
        new RotationSchedule(Duration.ofHours(6).toMillis(), ZoneId.of("Europe/Berlin"));
    long midnight = Instant.parse("2026-03-28T23:00:00Z").toEpochMilli();
    assertThat(hoursUntil(schedule, midnight)).isEqualTo(6);
    assertThat(hoursUntil(schedule, midnight + Duration.ofHours(18).toMillis()))
        .as("this day has 23 hours")
        .isEqualTo(5);
    assertThat(hoursUntil(schedule, midnight + Duration.ofHours(23).toMillis())).isEqualTo(6);
  }

  private static long hoursUntil(RotationSchedule schedule, long moment) {
    return Duration.ofMillis(schedule.after(moment) - moment).toHours();
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
    GenericRecord record = new GenericData.Record(schema);
    record.put(0, first);
    return record;
  }

  @Test
  void largeFilesGoUpInPartsUnderTheSameFence() throws IOException {
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
    Map<String, String> properties = new HashMap<>(s3.properties(registry.url()));
    properties.put("s3.part.size", Integer.toString(5 * 1024 * 1024));
    try (S3ObjectStore parts = S3ObjectStore.connect(S3SinkConfig.parse(properties).store());
        SpoolBuffer payload = TestBuffers.onHeap()) {
      payload.write(new byte[6 * 1024 * 1024]);
      assertThat(parts.putIfAbsent(log.keys().get(0).key(), payload, Map.of())).isFalse();
    }
    assertThat(s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads()).isEmpty();
    assertThat(log().offsets()).isEqualTo(range(0, 240));
  }

  @Test
  void aPartitionThatIsTakenAwayLeavesNothingBehind() {
    TestTopic other = new TestTopic(topic.partition().topic(), 1);
    TestWorker worker = worker("flush.size", "4");
    worker.assign(0, topic.rows(0, 3), other.rows(0, 3));
    worker.poll(100);
    worker.revoke(topic);
    assertThat(log().offsets()).isEqualTo(range(0, 3));
    assertThat(LandedLog.read(s3, other.partition()).offsets()).isEmpty();
  }

  @Test
  void whatCantBeLandedAtTheEndIsLeftToTheNextOwner() {
    TestWorker worker = worker("flush.size", "4");
    worker.assign(0, topic.rows(0, 3));
    worker.poll(100);
    store.aroundPut(
        put -> {
          throw new RetriableException("no answer");
        });
    worker.revoke(topic);
    assertThat(log().offsets()).isEmpty();
    TestWorker next = worker("flush.size", "3");
    next.assign(0, topic);
    next.poll(100);
    assertThat(log().offsets()).isEqualTo(range(0, 3));
  }

  @Test
  void anOwnerThatWasFencedAtItsEndAsksForNoSeek() {
    TestTopic other = new TestTopic(topic.partition().topic(), 1);
    TestWorker slow = worker("flush.size", "100");
    slow.assign(0, topic.rows(0, 3), other.rows(0, 1));
    slow.poll(100);
    TestWorker quick = worker("flush.size", "3");
    quick.assign(0, topic);
    quick.poll(100);
    slow.revoke(topic);
    other.row(1);
    assertThat(slow.poll(100)).isTrue();
    assertThat(log().offsets()).isEqualTo(range(0, 3));
  }

  @Test
  void bothHalvesOfAChangedKeyAreInOneFile() {
    TestWorker worker = worker("flush.size", "2", "rotate.interval.ms", "1000");
    worker.assign(0, topic.row(0).row(1).row(2).header(1, "__debezium.newkey", new byte[] {1}));
    worker.poll(2);
    clock.advance(Duration.ofSeconds(9));
    worker.poll(0);
    assertThat(log().positions()).as("full, old, and only half there").isEmpty();
    worker.poll(1);
    assertThat(log().offsets()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void aHalfOfAChangedKeyWaitsForTheOtherForAWhile() {
    TestWorker worker = worker("rotate.interval.ms", "1000");
    worker.assign(0, topic.row(0).header(0, "__debezium.newkey", new byte[] {1}));
    worker.poll(1);
    assertThat(worker.timeout()).isEqualTo(10_000);
    clock.advance(Duration.ofSeconds(10));
    worker.poll(1);
    assertThat(log().offsets()).containsExactly(0L);
  }

  @Test
  void aLandingIsCommittedAtOnce() {
    TestWorker worker = worker("flush.size", "2");
    worker.assign(0, topic.rows(0, 3));
    worker.poll(1);
    assertThat(worker.commitRequests()).isZero();
    worker.poll(1);
    assertThat(worker.commitRequests()).isEqualTo(1);
  }
}
