package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.change.BadRecord;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.WithoutKey;
import io.freshet.lake.quarantine.QuarantineFile;
import io.freshet.lake.quarantine.QuarantineFolder;
import io.freshet.lake.quarantine.ReplayRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Records that can't be made rows: put aside, counted, and taken back in. */
class QuarantineTest extends JobFixture {
  private static final String GONE = "__debezium_unavailable_value";
  private static final ReplayRequest ALL =
      new ReplayRequest(Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), false);

  /** An artist with a timestamp, which Debezium sends as a text. */
  private static final Schema SEEN =
      TestLog.artist(
          SchemaBuilder.record("Value")
              .namespace("moma.public.artists")
              .fields()
              .name("seen")
              .type(seen())
              .noDefault()
              .optionalString("bio"));

  /** The same as it stands in Kafka, without what the sink appends. */
  private static final Schema IN_KAFKA = inKafka();

  private static Schema seen() {
    Schema text = Schema.create(Schema.Type.STRING);
    text.addProp("connect.name", "io.debezium.time.ZonedTimestamp");
    return Schema.createUnion(Schema.create(Schema.Type.NULL), text);
  }

  private static Schema inKafka() {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : SEEN.getFields()) {
      if (!field.name().equals("__offset") && !field.name().equals("__kafka_timestamp")) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    Schema schema = Schema.createRecord("Value", null, "moma.public.artists", false);
    schema.setFields(fields);
    return schema;
  }

  private QuarantineTest put(String op, int id, String name, String seen, String bio) {
    Map<String, Object> more = new HashMap<>();
    more.put("seen", seen);
    more.put("bio", bio);
    log.change(SEEN, op, id, name, "French", 1900, null, more);
    return this;
  }

  private QuarantineFolder quarantine(TableConfig table) {
    return new QuarantineFolder(
        folder.resolve("warehouse").toUri(),
        table.database(),
        table.table(),
        spark.sparkContext().hadoopConfiguration());
  }

  private List<BadRecord> quarantined(TableConfig table) {
    QuarantineFolder quarantine = quarantine(table);
    return quarantine.files().stream().flatMap(file -> quarantine.read(file).stream()).toList();
  }

  private List<Long> offsets(TableConfig table) {
    return quarantined(table).stream().map(BadRecord::offset).toList();
  }

  private List<String> bios(TableConfig table) {
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .orderBy("artist_id")
        .select("artist_id", "name", "bio")
        .collectAsList()
        .stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  @Test
  void aValueThatDoesNotFitIsPutAsideAndTheTableGoesOn() throws Exception {
    TableConfig flat = table("flat", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig parts =
        table("parts", TableType.COPY_ON_WRITE, List.of("nationality"), DeleteMode.HARD);
    put("c", 1, "A", "2024-02-29T12:00:00Z", null);
    put("c", 2, "B", "this is no time", "secret");
    put("c", 3, "C", null, null);
    log.land();
    put("u", 2, "B2", "nor is this", null).put("u", 3, "C2", null, null);
    log.land();
    ingest(flat, parts);
    ingest(flat, parts);
    for (TableConfig table : List.of(flat, parts)) {
      assertThat(bios(table)).as(table.name()).containsExactly("1|A|null", "3|C2|null");
      assertThat(offsets(table)).as(table.name()).containsExactly(1L, 3L);
      BadRecord record = quarantined(table).get(0);
      assertThat(record)
          .returns(TOPIC, BadRecord::topic)
          .returns(0, BadRecord::partition)
          .returns(1_700_000_000_000L, BadRecord::timestamp)
          .returns(Optional.of("[2]"), BadRecord::key)
          .returns(
              "the value of column seen does not fit in TIMESTAMP (DateTimeParseException)",
              BadRecord::reason);
      assertThat(decoded(record).get("bio")).hasToString("secret");
    }
    put("u", 2, "B3", null, null);
    log.land();
    ingest(flat, parts);
    assertThat(bios(flat)).containsExactly("1|A|null", "2|B3|null", "3|C2|null");
    assertThat(bios(parts)).isEqualTo(bios(flat));
  }

  private static GenericRecord decoded(BadRecord record) throws IOException {
    Schema schema = new Schema.Parser().parse(record.schema().orElseThrow());
    return new GenericDatumReader<GenericRecord>(schema)
        .read(null, DecoderFactory.get().binaryDecoder(record.raw(), null));
  }

  @Test
  void whatAKilledProcessLeftIsNoPartOfTheQuarantine() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    put("c", 1, "A", "never", null).put("c", 2, "B", null, null);
    log.land();
    // As if a process had been killed behind its file and before its commit, with more messages.
    QuarantineFolder quarantine = quarantine(table);
    quarantine.write(
        new QuarantineFile(TOPIC, 0, 0), List.of(inKafka(0, 7, 1, "A"), inKafka(1, 7, 2, "B")));
    ingest(table);
    assertThat(offsets(table)).containsExactly(0L);
    // And so again, where the next commit has nothing to put aside.
    quarantine.write(new QuarantineFile(TOPIC, 0, 2), List.of(inKafka(2, 7, 3, "C")));
    put("c", 3, "C", null, null);
    log.land();
    ingest(table);
    assertThat(offsets(table)).containsExactly(0L);
    assertThat(bios(table)).containsExactly("2|B|null", "3|C|null");
  }

  @Test
  void moreThanTheLimitStopsTheTableAndLosesNothing() throws Exception {
    TableSettings limited =
        new TableSettings(
            TableType.MERGE_ON_READ,
            List.of(),
            DeleteMode.SOFT,
            WithoutKey.REFUSE,
            Duration.ofHours(24),
            1,
            BareNumeric.DECIMAL,
            true,
            IndexConfig.DEFAULT);
    TableConfig table = new TableConfig(TOPIC, "moma", "t", limited);
    put("c", 1, "A", null, null).put("c", 2, "B", "never", null);
    log.land();
    ingest(table);
    put("c", 3, "C", "never", null).put("c", 4, "D", null, null);
    log.land();
    assertThatThrownBy(() -> ingest(table))
        .hasMessageContaining("moma.t has 1 records in quarantine")
        .hasMessageContaining("quarantine.max-records")
        .hasMessageContaining("moma.public.artists-0, offset 2");
    assertThat(offsets(table)).containsExactly(1L);
    assertThat(bios(table)).containsExactly("1|A|null");
    ingest(table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT)); // with the usual limit
    assertThat(offsets(table)).containsExactly(1L, 2L);
    assertThat(bios(table)).containsExactly("1|A|null", "4|D|null");
  }

  @Test
  void aChangeThatLacksValuesWaitsForTheOneBeforeIt() throws Exception {
    List<TableConfig> tables =
        List.of(
            table("mor", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT),
            table("cow", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT));
    TableConfig[] both = tables.toArray(TableConfig[]::new);
    put("c", 1, "A", null, "old bio").put("c", 2, "B", null, "bio of B");
    log.land();
    ingest(both);
    // The first of them says what the others do not repeat.
    put("u", 1, "A2", "never", "new bio").put("u", 1, "A3", null, GONE);
    put("u", 2, "B2", null, GONE);
    log.land();
    ingest(both);
    put("u", 1, "A4", null, GONE);
    log.land();
    tables.forEach(table -> quarantine(table).request(ALL));
    ingest(both);
    for (TableConfig table : tables) {
      assertThat(bios(table)).containsExactly("1|A|old bio", "2|B2|bio of B");
      assertThat(offsets(table)).as("nor does a replay help").containsExactly(2L, 3L, 5L);
      assertThat(quarantined(table).get(1).reason())
          .contains("an earlier change of its row is in quarantine");
    }
    put("u", 1, "A5", null, "newest bio");
    log.land();
    ingest(both);
    tables.forEach(table -> quarantine(table).request(ALL));
    ingest(both);
    for (TableConfig table : tables) {
      assertThat(bios(table)).containsExactly("1|A5|newest bio", "2|B2|bio of B");
      assertThat(offsets(table)).as("all were overtaken").isEmpty();
    }
  }

  /** A record that was put aside because the registry did not know its schema. */
  private static BadRecord inKafka(long offset, int schemaId, int id, String name) {
    GenericRecord message = new GenericData.Record(IN_KAFKA);
    message.put("artist_id", id);
    message.put("name", name);
    message.put("nationality", "Dutch");
    message.put("__op", "c");
    message.put("__deleted", "false");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new DataOutputStream(bytes).write(0);
      new DataOutputStream(bytes).writeInt(schemaId);
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(IN_KAFKA).write(message, encoder);
    } catch (IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
    return new BadRecord(
        TOPIC, 0, offset, 1L, "", false, -1, "", bytes.toByteArray(), "unknown schema");
  }

  @Test
  void aReplayTakesRecordsBackInAndNeverRewindsARow() throws Exception {
    TableConfig soft =
        table("soft", TableType.MERGE_ON_READ, List.of("nationality"), DeleteMode.SOFT);
    TableConfig hard = table("hard", TableType.COPY_ON_WRITE, List.of(), DeleteMode.HARD);
    log.skip(4);
    put("u", 1, "later", null, null).put("c", 2, "gone", null, null);
    put("d", 2, "", null, "").put("c", 9, "Z", null, null);
    log.land();
    ingest(soft, hard);
    List<BadRecord> records =
        List.of(
            inKafka(0, 77, 1, "earlier"),
            inKafka(1, 77, 2, "dead"),
            inKafka(2, 77, 3, "missing"),
            inKafka(3, 78, 4, "unknown"));
    for (TableConfig table : List.of(soft, hard)) {
      quarantine(table).write(new QuarantineFile(TOPIC, 0, 0), records);
      quarantine(table).request(ALL);
    }
    ingest(soft, hard);
    assertThat(offsets(soft)).as("nothing is known yet").containsExactly(0L, 1L, 2L, 3L);
    assertThat(quarantined(soft).get(0).reason()).contains("no schema with the content id 77");

    registry.schemas.put(77L, IN_KAFKA);
    quarantine(soft).request(ALL);
    quarantine(hard).request(ALL);
    ingest(soft, hard);
    assertThat(rows(soft))
        .containsExactly(
            "1|later|French|1900|null|u|false",
            "2|null|null|null|null|d|true",
            "3|missing|Dutch|null|null|c|false",
            "9|Z|French|1900|null|c|false");
    assertThat(offsets(soft)).containsExactly(3L);
    assertThat(quarantine(soft).requests()).isEmpty();
    assertThat(rows(hard)).as("key 2 was deleted, key 3 may have been").hasSize(2);
    assertThat(offsets(hard)).containsExactly(1L, 2L, 3L);
    assertThat(quarantined(hard).get(1).reason()).contains("--insert-missing");

    int commits = instants(hard).size();
    quarantine(hard)
        .request(
            new ReplayRequest(Optional.of(TOPIC), OptionalInt.of(0), OptionalLong.of(2), true));
    ingest(soft, hard);
    assertThat(rows(hard)).contains("3|missing|Dutch|null|null|c|false").hasSize(3);
    assertThat(offsets(hard)).containsExactly(1L, 3L);
    assertThat(instants(hard)).hasSize(commits + 1);

    // As if the process had been killed between the replay's commit and its last step.
    quarantine(hard).write(new QuarantineFile(TOPIC, 0, 0), records);
    quarantine(hard)
        .request(
            new ReplayRequest(Optional.of(TOPIC), OptionalInt.of(0), OptionalLong.of(2), true));
    ingest(soft, hard);
    assertThat(instants(hard)).hasSize(commits + 1);
    assertThat(offsets(hard)).containsExactly(0L, 1L, 3L);
    registry.schemas.clear();
  }

  @Test
  void aRunningJobTakesUpARequest() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    put("c", 1, "A", "never", null).put("u", 1, "A2", null, null);
    log.land();
    IngestJob job = new IngestJob(config(table), spark, Clock.systemUTC(), false);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () -> {
                job.run();
                return null;
              });
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> bios(table).size() == 1);
      String request = quarantine(table).request(ALL);
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> !quarantine(table).requests().contains(request));
      assertThat(offsets(table)).as("the change after it has all that it says").isEmpty();
      job.stop();
      run.get();
    } finally {
      thread.shutdownNow();
    }
  }
}
