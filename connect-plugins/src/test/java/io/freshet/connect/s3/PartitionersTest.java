package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.BadRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One Kafka partition, spread over folders and landed in one log. */
class PartitionersTest extends TaskFixture {
  private static final int ARTIST_ID = 31;
  private static final Schema ARTIST =
      SchemaBuilder.record("Artist")
          .namespace("moma")
          .fields()
          .requiredString("name")
          .optionalString("country")
          .requiredLong("at")
          .endRecord();
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @BeforeEach
  void register() {
    registry.content(ARTIST_ID, ARTIST);
  }

  private TestTopic artist(long offset, String country, long at) {
    GenericRecord artist =
        new GenericRecordBuilder(ARTIST)
            .set("name", "n" + offset)
            .set("country", country)
            .set("at", at)
            .build();
    return topic.value(offset, AvroMessages.framed(ARTIST_ID, AvroMessages.body(ARTIST, artist)));
  }

  private CommittedLog committed() {
    return CommittedLog.read(s3, topic.partition());
  }

  /** Offsets of the rows in each folder. */
  private Map<String, List<Long>> folders() {
    CommittedLog log = committed();
    Map<String, List<Long>> folders = new TreeMap<>();
    String above = "topics/" + topic.partition().topic() + "/";
    for (String key : log.dataKeys()) {
      assertThat(key).startsWith(above);
      String folder = key.substring(above.length(), key.lastIndexOf('/'));
      for (GenericRecord row : AvroMessages.readFile(s3.read(key))) {
        folders.computeIfAbsent(folder, none -> new ArrayList<>()).add((long) row.get("__offset"));
      }
    }
    return folders;
  }

  @Test
  void foldersOfFieldsValuesInOneCommit() {
    TestWorker worker =
        worker(
            "partitioner.class",
            "io.confluent.connect.storage.partitioner.FieldPartitioner",
            "partition.field.name",
            "country",
            "rotate.interval.ms",
            "1000");
    artist(0, "DE", 0);
    artist(1, null, 0);
    artist(2, "DE", 0);
    artist(3, "a/b", 0);
    worker.assign(0, topic);
    worker.poll(100);
    assertThat(committed().dataKeys()).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    worker.poll(100);
    assertThat(committed().filesPerCommit()).containsExactly(3);
    assertThat(folders())
        .isEqualTo(
            Map.of(
                "country=DE", List.of(0L, 2L),
                "country=__HIVE_DEFAULT_PARTITION__", List.of(1L),
                "country=a%2Fb", List.of(3L)));
  }

  @Test
  void decodedDataHasTheSameFolders() {
    TestWorker worker =
        worker(
            "partitioner.class", "field", "partition.field.name", "country, at", "flush.size", "2");
    org.apache.kafka.connect.data.Schema schema =
        org.apache.kafka.connect.data.SchemaBuilder.struct()
            .field("country", org.apache.kafka.connect.data.Schema.OPTIONAL_STRING_SCHEMA)
            .field("at", org.apache.kafka.connect.data.Schema.INT64_SCHEMA)
            .build();
    artist(0, "DE", 7);
    topic.value(1, schema, new Struct(schema).put("country", "DE").put("at", 7L));
    artist(2, "DE", 7);
    worker.assign(0, topic);
    worker.poll(100);
    worker.revoke(topic);
    assertThat(folders()).isEqualTo(Map.of("country=DE/at=7", List.of(0L, 1L, 2L)));
    assertThat(committed().offsets()).isEqualTo(range(0, 3));
  }

  @Test
  void lateRecordsLandInTheirOldFolderInTheCurrentCommit() {
    TestWorker worker =
        worker(
            "partitioner.class",
            "HourlyPartitioner",
            "timestamp.extractor",
            "RecordField",
            "timestamp.field",
            "at",
            "rotate.interval.ms",
            "1000");
    artist(0, "DE", 10 * HOUR);
    artist(1, "DE", 11 * HOUR);
    worker.assign(0, topic);
    worker.poll(100);
    clock.advance(Duration.ofSeconds(1));
    worker.poll(100);
    artist(2, "DE", 12 * HOUR);
    artist(3, "DE", 10 * HOUR + 1);
    artist(4, "DE", 12 * HOUR + 1);
    worker.poll(100);
    assertThat(worker.timeout()).as("from the first buffered record").isEqualTo(1_000);
    clock.advance(Duration.ofSeconds(1));
    worker.poll(100);
    assertThat(committed().filesPerCommit())
        .as("no rotation for a folder's sake")
        .containsExactly(2, 2);
    assertThat(committed().offsets()).isEqualTo(range(0, 5));
    String day = "year=1970/month=01/day=01/hour=";
    assertThat(folders())
        .isEqualTo(
            Map.of(day + 10, List.of(0L, 3L), day + 11, List.of(1L), day + 12, List.of(2L, 4L)));
  }

  @Test
  void foldersOfTheRecordsTimestampAndOfTheWallClock() {
    TestWorker byRecord =
        worker(
            "partitioner.class", "TimeBasedPartitioner",
            "path.format", "'at'=HH.mm.ss",
            "partition.duration.ms", "2000",
            "timestamp.extractor", "Record",
            "flush.size", "10");
    topic.rows(0, 1).rows(1_500, 1_501);
    byRecord.assign(0, topic);
    byRecord.poll(100);
    byRecord.revoke(topic);
    assertThat(folders())
        .isEqualTo(Map.of("at=00.00.00", List.of(0L), "at=00.00.02", List.of(1_500L)));

    newTopic();
    TestWorker byClock = worker("partitioner.class", "daily", "timezone", "Pacific/Kiritimati");
    byClock.assign(0, topic.rows(0, 2));
    byClock.poll(100);
    clock.advance(Duration.ofHours(20));
    topic.row(2);
    byClock.poll(100);
    byClock.revoke(topic);
    assertThat(folders().values()).containsExactly(List.of(0L, 1L), List.of(2L));
    assertThat(folders().keySet())
        .allMatch(folder -> folder.matches("year=\\d{4}/month=\\d\\d/day=\\d\\d"));
  }

  @Test
  void oneFolderMoreThanMayBeOpenLandsThemAll() {
    TestWorker worker =
        worker(
            "partitioner.class", "field",
            "partition.field.name", "at",
            "max.open.files.per.partition", "2");
    for (int i = 0; i < 5; i++) {
      artist(i, "DE", i);
    }
    worker.assign(0, topic);
    worker.poll(100);
    assertThat(committed().filesPerCommit()).containsExactly(2, 2);
    assertThat(committed().offsets()).isEqualTo(range(0, 4));
  }

  @Test
  void aRecordWithoutItsFolderIsABadRecord() {
    List<String> reasons = new ArrayList<>();
    reporter =
        (record, reason) -> {
          reasons.add(reason.getMessage());
          return CompletableFuture.completedFuture(null);
        };
    TestWorker worker =
        worker(
            "partitioner.class", "field",
            "partition.field.name", "country",
            "errors.tolerance", "all");
    artist(0, "DE", 0);
    topic.row(1);
    artist(2, "x".repeat(2_000), 0);
    artist(3, "DE", 0);
    worker.assign(0, topic);
    worker.poll(100);
    worker.revoke(topic);
    assertThat(reasons).hasSize(2);
    assertThat(reasons.get(0))
        .contains(
            "offset 1: the value has no field 'country' to tell its folder by; schema moma.artists.Value");
    assertThat(reasons.get(1)).contains("offset 2: its folder's name has 2008 bytes");
    assertThat(folders()).isEqualTo(Map.of("country=DE", List.of(0L, 3L)));

    newTopic();
    TestWorker strict = worker("partitioner.class", "field", "partition.field.name", "country");
    strict.assign(0, topic.row(0));
    assertThatThrownBy(() -> strict.poll(100)).isInstanceOf(BadRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "bytes"})
  void messagesThatAreLandedInAnotherFormHaveTheirFoldersToo(String format) {
    TestWorker worker =
        worker(
            "format.class", format,
            "partitioner.class", "field",
            "partition.field.name", "country",
            "flush.size", "2");
    artist(0, "DE", 0);
    artist(1, "FR", 0);
    artist(2, "DE", 0);
    worker.assign(0, topic);
    worker.poll(100);
    assertThat(s3.keys("topics/" + topic.partition().topic() + "/country="))
        .hasSize(2)
        .allMatch(key -> key.matches("[^/]+/[^/]+/country=(DE|FR)/[^/]+"));

    newTopic();
    TestWorker unread =
        worker(
            "format.class", "bytes",
            "partitioner.class", "field",
            "partition.field.name", "country",
            "registry.url", null);
    artist(0, "DE", 0);
    unread.assign(0, topic);
    assertThatThrownBy(() -> unread.poll(100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("offset 0: the value came as bytes, in which the field 'country'")
        .hasMessageContaining("set registry.url");
  }
}
