package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.BadRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of a schema that alternate in one partition. */
class SchemaCompatibilityTest extends TaskFixture {
  private static final int OLD_ID = 41;
  private static final int NEW_ID = 42;
  private static final Schema OLD =
      SchemaBuilder.record("Value")
          .namespace("moma")
          .fields()
          .requiredInt("id")
          .optionalString("country")
          .endRecord();
  private static final Schema NEW =
      SchemaBuilder.record("Value")
          .namespace("moma")
          .fields()
          .requiredLong("id")
          .name("born")
          .type()
          .intType()
          .intDefault(1900)
          .optionalString("country")
          .endRecord();

  @BeforeEach
  void register() {
    registry.content(OLD_ID, OLD).content(NEW_ID, NEW);
  }

  private TestTopic message(long offset, int id, Schema schema, Object... fields) {
    GenericRecord value = new GenericData.Record(schema);
    for (int i = 0; i < fields.length; i++) {
      value.put(i, fields[i]);
    }
    return topic.value(offset, AvroMessages.framed(id, AvroMessages.body(schema, value)));
  }

  private TestTopic older(long offset) {
    return message(offset, OLD_ID, OLD, (int) offset, "DE");
  }

  private TestTopic newer(long offset) {
    return message(offset, NEW_ID, NEW, offset, 1906, "FR");
  }

  private void run(int records, String... properties) {
    TestWorker worker = worker(properties);
    worker.assign(0, topic);
    worker.poll(records);
    worker.revoke(topic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BACKWARD", "FULL", "backward_transitive"})
  void anOlderVersionBecomesTheNewerOne(String compatibility) {
    older(0);
    newer(1);
    for (long offset = 2; offset < 20; offset += 2) {
      older(offset);
      newer(offset + 1);
    }
    run(100, "schema.compatibility", compatibility, "flush.size", "5");
    LandedLog log = log();
    assertThat(log.positions())
        .as("one change, then by size alone")
        .containsExactly(0L, 1L, 6L, 11L, 16L);
    assertThat(log.metadata()).extracting("schemaId").containsExactly(41L, 42L, 42L, 42L, 42L);
    assertThat(log.offsets()).isEqualTo(range(0, 20));
    GenericRecord projected = log.rows().get(4);
    assertThat(projected.get("id")).isEqualTo(4L);
    assertThat(projected.get("born")).as("the default").isEqualTo(1900);
    assertThat(projected.get("country")).hasToString("DE");
    assertThat(log.rows().get(5).get("born")).isEqualTo(1906);
  }

  @Test
  void withoutCompatibilityEachChangeBeginsAFile() {
    older(0);
    newer(1);
    older(2);
    run(100, "schema.compatibility", "NONE");
    assertThat(log().positions()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void forwardMakesANewerVersionTheOlderOne() {
    Schema wider =
        SchemaBuilder.record("Value")
            .namespace("moma")
            .fields()
            .requiredInt("id")
            .optionalString("city")
            .optionalString("country")
            .endRecord();
    registry.content(43, wider);
    message(0, 43, wider, 0, "Paris", "FR");
    older(1);
    message(2, 43, wider, 2, "Lyon", "FR");
    older(3);
    run(100, "schema.compatibility", "FORWARD");
    assertThat(log().positions()).containsExactly(0L, 1L);
    assertThat(log().metadata()).extracting("schemaId").containsExactly(43L, 41L);
    assertThat(log().rows().get(2).getSchema().getField("city")).isNull();
    assertThat(log().rows().get(2).get("country")).hasToString("FR");
  }

  @Test
  void eachFolderHasItsOwnVersion() {
    older(0);
    message(1, NEW_ID, NEW, 1L, 1906, "FR");
    message(2, OLD_ID, OLD, 2, "FR");
    older(3);
    run(
        100,
        "schema.compatibility",
        "BACKWARD",
        "partitioner.class",
        "field",
        "partition.field.name",
        "country");
    CommittedLog log = CommittedLog.read(s3, topic.partition());
    assertThat(log.filesPerCommit()).containsExactly(2);
    assertThat(log.rows())
        .filteredOn(row -> "FR".equals(String.valueOf(row.get("country"))))
        .allSatisfy(row -> assertThat(row.getSchema().getField("born")).isNotNull())
        .hasSize(2);
    assertThat(log.rows())
        .filteredOn(row -> "DE".equals(String.valueOf(row.get("country"))))
        .allSatisfy(row -> assertThat(row.getSchema().getField("born")).isNull())
        .hasSize(2);
  }

  @Test
  void withAFileForEachSchemaOlderRecordsGoToTheNewestOne() {
    older(0);
    newer(1);
    older(2);
    older(3);
    run(100, "schema.compatibility", "BACKWARD", "rotate.on.schema.change", "false");
    CommittedLog log = CommittedLog.read(s3, topic.partition());
    assertThat(log.filesPerCommit()).containsExactly(2);
    assertThat(log.offsets()).isEqualTo(range(0, 4));
    assertThat(log.rows())
        .filteredOn(row -> row.getSchema().getField("born") != null)
        .extracting(row -> row.get("__offset"))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void theCurrentVersionOutlivesItsFile() {
    newer(0);
    older(1);
    newer(2);
    run(100, "schema.compatibility", "BACKWARD", "flush.size", "1");
    assertThat(log().metadata()).extracting("schemaId").containsExactly(42L, 42L, 42L);
  }

  @Test
  void anotherTypeOfMessageIsNoOtherVersion() {
    Schema other =
        SchemaBuilder.record("Other").namespace("moma").fields().requiredInt("x").endRecord();
    registry.content(40, other);
    newer(0);
    message(1, 40, other, 7);
    older(2);
    run(100, "schema.compatibility", "BACKWARD", "rotate.on.schema.change", "false");
    CommittedLog log = CommittedLog.read(s3, topic.partition());
    assertThat(log.filesPerCommit()).containsExactly(2);
    assertThat(log.rows())
        .filteredOn(row -> row.getSchema().getField("born") != null)
        .extracting(row -> row.get("__offset"))
        .containsExactly(0L, 2L);
  }

  @Test
  void whatCantBeMadeTheOtherVersionIsABadRecord() {
    Schema unfit =
        SchemaBuilder.record("Value")
            .namespace("moma")
            .fields()
            .requiredString("id")
            .requiredString("name")
            .endRecord();
    registry.content(39, unfit);
    newer(0);
    message(1, 39, unfit, "x", "y");
    newer(2);
    List<String> reasons = new ArrayList<>();
    reporter =
        (record, reason) -> {
          reasons.add(reason.getMessage());
          return CompletableFuture.completedFuture(null);
        };
    run(100, "schema.compatibility", "BACKWARD", "errors.tolerance", "all");
    assertThat(log().offsets()).containsExactly(0L, 2L);
    assertThat(reasons)
        .singleElement()
        .asString()
        .contains("offset 1: its schema moma.Value (content id 39) can't be made the file's")
        .contains("moma.Value (content id 42)")
        .contains("TYPE_MISMATCH at /fields/0/type, reader type: LONG not compatible");

    reporter = null;
    newTopic();
    newer(0);
    message(1, 39, unfit, "x", "y");
    TestWorker strict = worker("schema.compatibility", "BACKWARD");
    strict.assign(0, topic);
    assertThatThrownBy(() -> strict.poll(100)).isInstanceOf(BadRecordException.class);
  }

  @Test
  void decodedDataGoesByConnectsVersion() {
    topic.value(0, connect(1, false), struct(1, false, 0));
    topic.value(1, connect(2, true), struct(2, true, 1));
    topic.value(2, connect(1, false), struct(1, false, 2));
    topic.value(3, connect(2, true), struct(2, true, 3));
    run(100, "schema.compatibility", "BACKWARD");
    assertThat(log().positions()).containsExactly(0L, 1L);
    assertThat(log().rows().get(2).get("city")).isNull();
    assertThat(log().rows()).extracting(row -> row.get("id")).containsExactly(0, 1, 2, 3);
  }

  @Test
  void ofVersionsThatCantBeOrderedNoneLosesAField() {
    // A converter may give all schemas one version.
    topic.value(0, connect(1, false), struct(1, false, 0));
    topic.value(1, connect(1, true), struct(1, true, 1));
    topic.value(2, connect(1, false), struct(1, false, 2));
    topic.value(3, connect(1, true), struct(1, true, 3));
    run(100, "schema.compatibility", "FORWARD");
    assertThat(log().positions()).containsExactly(0L, 1L);
    assertThat(log().rows().get(1).get("city")).hasToString("Paris");
    assertThat(log().rows().get(3).get("city")).hasToString("Paris");
  }

  private static org.apache.kafka.connect.data.Schema connect(int version, boolean wide) {
    org.apache.kafka.connect.data.SchemaBuilder builder =
        org.apache.kafka.connect.data.SchemaBuilder.struct()
            .name("moma.Value")
            .version(version)
            .field("id", org.apache.kafka.connect.data.Schema.INT32_SCHEMA);
    return (wide
            ? builder.field("city", org.apache.kafka.connect.data.Schema.OPTIONAL_STRING_SCHEMA)
            : builder)
        .build();
  }

  private static Struct struct(int version, boolean wide, int id) {
    Struct struct = new Struct(connect(version, wide)).put("id", id);
    return wide ? struct.put("city", "Paris") : struct;
  }

  @Test
  void formatsWithoutASchemaHaveNoVersions() {
    older(0);
    newer(1);
    older(2);
    run(100, "schema.compatibility", "BACKWARD", "format.class", "json");
    assertThat(s3.keys("topics/" + topic.partition().topic())).hasSize(1);
  }
}
