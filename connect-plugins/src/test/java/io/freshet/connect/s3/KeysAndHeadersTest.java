package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.BadRecordException;
import io.freshet.schemas.LandingKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is landed of the records beside their values. */
class KeysAndHeadersTest extends TaskFixture {
  private static final org.apache.kafka.connect.data.Schema BYTES =
      org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA;
  private static final int KEY_ID = 15;
  private static final int WIDE_KEY_ID = 16;
  private static final Schema KEY =
      SchemaBuilder.record("Key").namespace("moma.artists").fields().requiredInt("id").endRecord();
  private static final Schema WIDE_KEY =
      SchemaBuilder.record("Key").namespace("moma.artists").fields().requiredLong("id").endRecord();

  @BeforeEach
  void registerKeys() {
    registry.content(KEY_ID, KEY).content(WIDE_KEY_ID, WIDE_KEY);
  }

  private static byte[] key(long offset) {
    GenericRecord key = new GenericRecordBuilder(KEY).set("id", (int) offset).build();
    return AvroMessages.framed(KEY_ID, AvroMessages.body(KEY, key));
  }

  private static byte[] value(long offset) {
    return AvroMessages.framed(
        TestTopic.SCHEMA_ID,
        AvroMessages.body(AvroMessages.ROW, AvroMessages.row((int) offset, "n" + offset)));
  }

  private static Headers headers(long offset) {
    Headers headers = new ConnectHeaders();
    headers.addString("number", "h" + offset);
    return headers;
  }

  /** A record with a key and a header. */
  private TestTopic keyed(long offset) {
    return topic.record(offset, BYTES, key(offset), BYTES, value(offset), headers(offset));
  }

  private TestTopic keyed(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      keyed(offset);
    }
    return topic;
  }

  private TestTopic tombstone(long offset, long ofKey) {
    return topic.record(offset, BYTES, key(ofKey), null, null, headers(offset));
  }

  private CommittedLog committed() {
    return CommittedLog.read(s3, topic.partition());
  }

  private static List<String> texts(List<GenericRecord> rows, String field) {
    return rows.stream().map(row -> String.valueOf(row.get(field))).toList();
  }

  @Test
  void columnsOfTheSameFile() {
    TestWorker worker =
        worker(
            "flush.size", "3",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column",
            "store.kafka.headers", "true",
            "store.kafka.headers.as", "COLUMN");
    worker.assign(0, keyed(0, 2).record(2, BYTES, null, BYTES, value(2), new ConnectHeaders()));
    worker.poll(100);
    LandedLog log = log();
    assertThat(log.positions()).containsExactly(0L);
    assertThat(log.offsets()).containsExactly(0L, 1L, 2L);
    assertThat(texts(log.rows(), "name")).containsExactly("n0", "n1", "n2");
    assertThat(texts(log.rows(), "__key")).containsExactly("{\"id\": 0}", "{\"id\": 1}", "null");
    assertThat(log.metadata()).extracting("schemaId").containsExactly((long) TestTopic.SCHEMA_ID);
    GenericRecord header = (GenericRecord) ((List<?>) log.rows().get(1).get("__headers")).get(0);
    assertThat(header.get("value"))
        .isEqualTo(ByteBuffer.wrap("h1".getBytes(StandardCharsets.UTF_8)));
    assertThat((List<?>) log.rows().get(2).get("__headers")).isEmpty();
  }

  @Test
  void columnsOfAParquetFile() {
    TestWorker worker =
        worker(
            "format.class", "parquet",
            "flush.size", "3",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column",
            "store.kafka.headers", "true",
            "store.kafka.headers.as", "column");
    keyed(0, 2);
    worker.assign(0, tombstone(2, 1));
    worker.poll(100);
    LandedLog log = log();
    assertThat(log.keys()).extracting(LandingKey::extension).containsExactly("parquet");
    assertThat(log.offsets()).containsExactly(0L, 1L, 2L);
    assertThat(texts(log.rows(), "name")).containsExactly("n0", "n1", "null");
    assertThat(texts(log.rows(), "__key"))
        .containsExactly("{\"id\": 0}", "{\"id\": 1}", "{\"id\": 1}");
    GenericRecord header = (GenericRecord) ((List<?>) log.rows().get(2).get("__headers")).get(0);
    assertThat(header.get("value"))
        .isEqualTo(ByteBuffer.wrap("h2".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void parquetFilesBesideTheData() {
    TestWorker worker =
        worker("flush.size", "2", "store.kafka.keys", "true", "keys.format.class", "ParquetFormat");
    worker.assign(0, keyed(0, 2));
    worker.poll(100);
    assertThat(committed().filesPerCommit()).containsExactly(2);
    assertThat(texts(committed().beside().get("keys"), "__key"))
        .containsExactly("{\"id\": 0}", "{\"id\": 1}");
  }

  @Test
  void filesBesideTheDataByDefault() {
    TestWorker worker =
        worker("flush.size", "2", "store.kafka.keys", "true", "store.kafka.headers", "true");
    worker.assign(0, keyed(0, 4).record(4, BYTES, null, BYTES, value(4), new ConnectHeaders()));
    worker.poll(100);
    worker.revoke(topic);
    CommittedLog log = committed();
    assertThat(log.filesPerCommit()).containsExactly(3, 3, 3);
    assertThat(log.offsets()).isEqualTo(range(0, 5));
    assertThat(log.rows().get(0).getSchema().getFields())
        .extracting(Schema.Field::name)
        .containsExactly("id", "name", "__offset", "__kafka_timestamp");
    assertThat(texts(log.beside().get("keys"), "__key"))
        .containsExactly("{\"id\": 0}", "{\"id\": 1}", "{\"id\": 2}", "{\"id\": 3}", "null");
    assertThat(log.beside().get("headers"))
        .extracting(row -> ((List<?>) row.get("__headers")).size())
        .containsExactly(1, 1, 1, 1, 0);
    assertThat(s3.keys("topics/" + topic.partition().topic() + "/partition=0/"))
        .hasSize(9)
        .filteredOn(key -> key.endsWith(".keys.avro"))
        .hasSize(3);
  }

  @Test
  void anotherKeySchemaBeginsAnotherFile() {
    GenericRecord wide = new GenericRecordBuilder(WIDE_KEY).set("id", 7L).build();
    byte[] key = AvroMessages.framed(WIDE_KEY_ID, AvroMessages.body(WIDE_KEY, wide));
    keyed(0, 2).record(2, BYTES, key, BYTES, value(2), headers(2));
    TestWorker columns =
        worker("store.kafka.keys", "true", "store.kafka.keys.as", "column", "topics.dir", "topics");
    columns.assign(0, topic);
    columns.poll(100);
    columns.revoke(topic);
    assertThat(log().positions()).containsExactly(0L, 2L);
    assertThat(texts(log().rows(), "__key"))
        .containsExactly("{\"id\": 0}", "{\"id\": 1}", "{\"id\": 7}");

    newTopic();
    keyed(0, 2).record(2, BYTES, key, BYTES, value(2), headers(2));
    TestWorker files = worker("store.kafka.keys", "true", "rotate.on.schema.change", "false");
    files.assign(0, topic);
    files.poll(100);
    files.revoke(topic);
    assertThat(committed().filesPerCommit()).containsExactly(4);
    assertThat(committed().beside().get("keys")).hasSize(3);
  }

  @Test
  void filesBesideAreSpooledRetriedAndDroppedWithTheirDataFile() {
    TestWorker worker =
        worker("store.kafka.keys", "true", "rotate.interval.ms", "1000", "flush.size", "1000");
    int[] puts = {0};
    store.aroundPut(
        put -> {
          if (++puts[0] == 2) {
            throw new RetriableException("the key file could not be put");
          }
          return put.run();
        });
    worker.assign(0, keyed(0, 10));
    worker.poll(100);
    clock.advance(Duration.ofSeconds(1));
    assertThat(worker.poll(100)).isFalse();
    assertThat(committed().offsets()).isEmpty();
    assertThat(worker.poll(100)).isTrue();
    assertThat(puts[0]).as("data, keys twice, record").isEqualTo(4);
    assertThat(committed().offsets()).isEqualTo(range(0, 10));
    assertThat(committed().beside().get("keys")).hasSize(10);
  }

  @Test
  void tombstonesLandAmongTheValues() {
    TestWorker worker =
        worker(
            "flush.size", "4",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column");
    keyed(0, 2);
    tombstone(2, 0);
    worker.assign(0, keyed(3));
    worker.poll(100);
    LandedLog log = log();
    assertThat(log.positions()).as("one file, one schema").containsExactly(0L);
    assertThat(log.offsets()).containsExactly(0L, 1L, 2L, 3L);
    assertThat(texts(log.rows(), "id")).containsExactly("0", "1", "null", "3");
    assertThat(texts(log.rows(), "name")).containsExactly("n0", "n1", "null", "n3");
    assertThat(texts(log.rows(), "__key"))
        .containsExactly("{\"id\": 0}", "{\"id\": 1}", "{\"id\": 0}", "{\"id\": 3}");
    assertThat(log.metadata()).extracting("schemaId").containsExactly((long) TestTopic.SCHEMA_ID);
  }

  @Test
  void tombstonesBeforeAnyValueLandWithTheirKeys() {
    TestWorker worker =
        worker(
            "flush.size", "3",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true");
    tombstone(0, 7);
    tombstone(1, 8);
    worker.assign(0, keyed(2, 5));
    worker.poll(100);
    CommittedLog log = committed();
    assertThat(log.filesPerCommit()).containsExactly(2, 2);
    assertThat(log.offsets()).isEqualTo(range(0, 5));
    assertThat(log.rows().get(0).getSchema().getFullName())
        .isEqualTo("io.freshet.landed.Tombstone");
    assertThat(texts(log.beside().get("keys"), "__key"))
        .containsExactly("{\"id\": 7}", "{\"id\": 8}", "{\"id\": 2}", "{\"id\": 3}", "{\"id\": 4}");
  }

  @Test
  void aTombstoneIsNullInTheFilesSchemaToo() {
    Schema newer =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Value", "namespace": "moma.artists", "fields": [
                  {"name": "id", "type": "int"},
                  {"name": "name", "type": ["null", "string"], "default": null},
                  {"name": "rank", "type": "int", "default": 5}]}
                """);
    registry.content(17, newer);
    GenericRecord first =
        new GenericRecordBuilder(newer).set("id", 0).set("name", "n0").set("rank", 1).build();
    TestWorker worker =
        worker(
            "flush.size", "3",
            "schema.compatibility", "BACKWARD",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column");
    byte[] message = AvroMessages.framed(17, AvroMessages.body(newer, first));
    topic.record(0, BYTES, key(0), BYTES, message, headers(0));
    keyed(1);
    worker.assign(0, tombstone(2, 1));
    worker.poll(100);
    assertThat(log().positions()).containsExactly(0L);
    assertThat(texts(log().rows(), "id")).containsExactly("0", "1", "null");
    assertThat(texts(log().rows(), "rank")).containsExactly("1", "5", "null");
  }

  @Test
  void tombstonesWithoutARegistryLandToo() {
    org.apache.kafka.connect.data.Schema text = org.apache.kafka.connect.data.Schema.STRING_SCHEMA;
    TestWorker worker =
        worker(
            "registry.url", null,
            "flush.size", "2",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column");
    worker.assign(
        0,
        topic
            .record(0, text, "k", text, "v", new ConnectHeaders())
            .record(1, text, "k", null, null, new ConnectHeaders()));
    worker.poll(100);
    assertThat(texts(log().rows(), "value")).containsExactly("v", "null");
    assertThat(texts(log().rows(), "__key")).containsExactly("k", "k");
  }

  @Test
  void plainBytesWhereTheRegistryHasNoKeys() {
    TestWorker worker =
        worker(
            "flush.size", "1",
            "registry.keys", "false",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column");
    worker.assign(
        0, topic.record(0, BYTES, new byte[] {0, 1}, BYTES, value(0), new ConnectHeaders()));
    worker.poll(100);
    assertThat(log().rows().get(0).get("__key")).isEqualTo(ByteBuffer.wrap(new byte[] {0, 1}));
  }

  private List<String> lines(String suffix) {
    return s3.keys("topics/" + topic.partition().topic() + "/partition=0/").stream()
        .filter(key -> key.endsWith(suffix))
        .flatMap(key -> new String(s3.read(key), StandardCharsets.UTF_8).lines())
        .toList();
  }

  @Test
  void columnsOfJsonLines() {
    TestWorker worker =
        worker(
            "format.class", "json",
            "flush.size", "3",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column",
            "store.kafka.headers", "true",
            "store.kafka.headers.as", "column");
    keyed(0, 2);
    worker.assign(0, tombstone(2, 0));
    worker.poll(100);
    assertThat(lines(".json"))
        .containsExactly(
            "{\"id\":0,\"name\":\"n0\",\"__offset\":0,\"__kafka_timestamp\":1000,"
                + "\"__key\":{\"id\":0},\"__headers\":[{\"key\":\"number\",\"value\":\"aDA=\"}]}",
            "{\"id\":1,\"name\":\"n1\",\"__offset\":1,\"__kafka_timestamp\":1001,"
                + "\"__key\":{\"id\":1},\"__headers\":[{\"key\":\"number\",\"value\":\"aDE=\"}]}",
            "{\"__offset\":2,\"__kafka_timestamp\":1002,"
                + "\"__key\":{\"id\":0},\"__headers\":[{\"key\":\"number\",\"value\":\"aDI=\"}]}");
  }

  @Test
  void keysOfAnyTypeShareAFileOfJsonLines() {
    org.apache.kafka.connect.data.Schema text = org.apache.kafka.connect.data.Schema.STRING_SCHEMA;
    TestWorker worker =
        worker(
            "format.class", "json",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column");
    tombstone(0, 7);
    keyed(1);
    worker.assign(
        0,
        topic
            .record(2, text, "k", BYTES, value(2), new ConnectHeaders())
            .record(3, null, null, BYTES, value(3), new ConnectHeaders()));
    worker.poll(100);
    worker.revoke(topic);
    assertThat(s3.keys("topics/" + topic.partition().topic() + "/")).hasSize(1);
    assertThat(lines(".json"))
        .extracting(line -> line.replaceAll(".*\"__key\":(.*)}$", "$1"))
        .containsExactly("{\"id\":7}", "{\"id\":1}", "\"k\"", "null");
  }

  @Test
  void aJsonFieldWithAColumnsNameIsABadRecord() {
    TestWorker worker =
        worker(
            "format.class",
            "json",
            "store.kafka.headers",
            "true",
            "store.kafka.headers.as",
            "column");
    worker.assign(0, topic.value(0, Map.of("__headers", 1)));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("offset 0: the value already has a field '__headers'");
  }

  @Test
  void filesOfKeysMayBeOfAnotherFormat() {
    TestWorker worker =
        worker(
            "format.class", "bytes",
            "format.bytearray.separator", "\n",
            "flush.size", "2",
            "store.kafka.keys", "true",
            "keys.format.class", "io.confluent.connect.s3.format.json.JsonFormat");
    worker.assign(
        0,
        topic
            .record(0, BYTES, key(5), BYTES, new byte[] {'a'}, new ConnectHeaders())
            .record(1, BYTES, null, BYTES, new byte[] {'b'}, new ConnectHeaders()));
    worker.poll(100);
    assertThat(lines(".bin")).containsExactly("a", "b");
    assertThat(lines(".keys.json"))
        .containsExactly(
            "{\"__key\":{\"id\":5},\"__offset\":0,\"__kafka_timestamp\":1000}",
            "{\"__key\":null,\"__offset\":1,\"__kafka_timestamp\":1001}");
  }

  @Test
  void tombstonesHaveAFolderWhereFoldersAreToldByValues() {
    TestWorker worker =
        worker(
            "partitioner.class", "field",
            "partition.field.name", "name",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column",
            "tombstone.encoded.partition", "gone");
    keyed(0);
    tombstone(1, 0);
    worker.assign(0, tombstone(2, 9));
    worker.poll(100);
    worker.revoke(topic);
    CommittedLog log = committed();
    assertThat(log.offsets()).isEqualTo(range(0, 3));
    assertThat(log.dataKeys())
        .extracting(key -> key.split("/")[2])
        .containsExactly("name=n0", "gone");
    assertThat(texts(log.rows(), "__key"))
        .containsExactly("{\"id\": 0}", "{\"id\": 0}", "{\"id\": 9}");
  }

  @Test
  void tombstonesLieAmongTheOthersInFoldersOfTime() {
    TestWorker worker =
        worker(
            "partitioner.class", "hourly",
            "timestamp.extractor", "Record",
            "behavior.on.null.values", "write",
            "store.kafka.keys", "true",
            "store.kafka.keys.as", "column");
    keyed(0);
    worker.assign(0, tombstone(1, 0));
    worker.poll(100);
    worker.revoke(topic);
    assertThat(committed().filesPerCommit()).containsExactly(1);
    assertThat(texts(committed().rows(), "id")).containsExactly("0", "null");
  }

  @Test
  void aBadKeyFailsTheTaskNamingIt() {
    TestWorker worker = worker("store.kafka.keys", "true");
    worker.assign(
        0, keyed(0).record(1, BYTES, new byte[] {9}, BYTES, value(1), new ConnectHeaders()));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining(topic.partition() + ", offset 1: the key has 1 bytes");
  }

  @Test
  void aToleratedBadKeyIsReportedAndAnsweredFor() {
    List<String> reported = new ArrayList<>();
    reporter =
        (record, error) -> {
          reported.add(record.kafkaOffset() + ": " + error.getMessage());
          return CompletableFuture.completedFuture(null);
        };
    TestWorker worker =
        worker("errors.tolerance", "all", "store.kafka.keys", "true", "flush.size", "2");
    byte[] unknown = AvroMessages.framed(404, new byte[] {2});
    worker.assign(
        0,
        keyed(0)
            .record(1, BYTES, unknown, BYTES, value(1), headers(1))
            .record(2, BYTES, unknown, null, null, headers(2))
            .record(3, BYTES, key(3), BYTES, value(3), headers(3)));
    worker.poll(100);
    assertThat(reported)
        .singleElement()
        .asString()
        .startsWith("1: " + topic.partition() + ", offset 1: the key: the registry at ");
    assertThat(committed().offsets()).containsExactly(0L, 3L);
    assertThat(committed().beside().get("keys")).hasSize(2);
  }
}
