package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
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
    S3ObjectStore parts = new S3ObjectStore(s3.client(), s3.bucket(), 5 * 1024 * 1024);
    try (SpoolBuffer payload = new SpoolBuffer(1)) {
      payload.write(new byte[6 * 1024 * 1024]);
      assertThat(parts.putIfAbsent(log.keys().get(0).key(), payload, Map.of())).isFalse();
    }
    assertThat(s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads()).isEmpty();
    assertThat(log().offsets()).isEqualTo(range(0, 240));
  }
}
