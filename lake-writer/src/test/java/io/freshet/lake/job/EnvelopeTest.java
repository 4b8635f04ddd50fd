package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.change.BadRecord;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.quarantine.QuarantineFile;
import io.freshet.lake.quarantine.QuarantineFolder;
import io.freshet.lake.quarantine.ReplayRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debezium's full envelope: truncates, and values that were not logged. */
class EnvelopeTest extends JobFixture {
  private static final String GONE = "__debezium_unavailable_value";
  private static final Schema ROW =
      SchemaBuilder.record("Value")
          .namespace("moma.public.artists")
          .fields()
          .requiredInt("artist_id")
          .optionalString("name")
          .optionalString("nationality")
          .optionalString("bio")
          .optionalBytes("portrait")
          .name("names")
          .type()
          .nullable()
          .array()
          .items()
          .nullable()
          .stringType()
          .noDefault()
          .endRecord();
  private static final Schema SOURCE =
      SchemaBuilder.record("Source")
          .namespace("io.debezium.connector.postgresql")
          .fields()
          .requiredString("db")
          .requiredString("schema")
          .requiredString("table")
          .optionalLong("lsn")
          .requiredLong("ts_ms")
          .endRecord();
  private static final Schema ENVELOPE =
      SchemaBuilder.record("Envelope")
          .namespace("moma.public.artists")
          .fields()
          .name("before")
          .type(Schema.createUnion(Schema.create(Schema.Type.NULL), ROW))
          .noDefault()
          .name("after")
          .type(Schema.createUnion(Schema.create(Schema.Type.NULL), ROW))
          .noDefault()
          .name("source")
          .type(SOURCE)
          .noDefault()
          .requiredString("op")
          .requiredLong("__offset")
          .requiredLong("__kafka_timestamp")
          .endRecord();

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static GenericRecord row(
      int id, String name, String nationality, String bio, String portrait, List<String> names) {
    GenericRecord row = new GenericData.Record(ROW);
    row.put("artist_id", id);
    row.put("name", name);
    row.put("nationality", nationality);
    row.put("bio", bio);
    row.put("portrait", portrait == null ? null : bytes(portrait));
    row.put("names", names);
    return row;
  }

  private static GenericRecord message(String op, GenericRecord before, GenericRecord after) {
    GenericRecord source = new GenericData.Record(SOURCE);
    source.put("db", "moma");
    source.put("schema", "public");
    source.put("table", "artists");
    source.put("lsn", 7L);
    source.put("ts_ms", 1_700_000_000_000L);
    GenericRecord message = new GenericData.Record(ENVELOPE);
    message.put("op", op);
    message.put("before", before);
    message.put("after", after);
    message.put("source", source);
    return message;
  }

  private EnvelopeTest put(String op, GenericRecord after) {
    log.message(message(op, null, after));
    return this;
  }

  private EnvelopeTest delete(int id) {
    log.message(message("d", row(id, null, null, null, null, null), null));
    return this;
  }

  private EnvelopeTest truncate() {
    log.message(message("t", null, null));
    return this;
  }

  private static List<String> wide(Dataset<Row> table) {
    return table
        .orderBy("artist_id")
        .selectExpr(
            "artist_id",
            "name",
            "nationality",
            "bio",
            "cast(portrait as string)",
            "concat_ws(',', names)",
            "__op",
            "__table",
            "__lsn")
        .collectAsList()
        .stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  private List<String> wide(TableConfig table) {
    return wide(spark.read().format("hudi").load(location(table)));
  }

  private TableConfig[] tables(TableType type) {
    return new TableConfig[] {
      table("flat", type, List.of(), DeleteMode.SOFT),
      table("parts", type, List.of("nationality"), DeleteMode.SOFT)
    };
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void unloggedValuesKeepWhatIsStored(TableType type) throws Exception {
    TableConfig[] tables = {
      tables(type)[0],
      tables(type)[1],
      PartitionMovesTest.partitioned("global", type, DeleteMode.SOFT, IndexKind.GLOBAL)
    };
    put("r", row(1, "A", "French", "long life", "face", List.of("a", "b")));
    put("r", row(2, "B", "Dutch", null, null, null));
    log.land();
    ingest(tables);
    put("u", row(1, "A2", "French", GONE, GONE, List.of(GONE)));
    put("u", row(2, "B2", "Dutch", null, null, null));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as(table.name())
          .containsExactly(
              "1|A2|French|long life|face|a,b|u|artists|7", "2|B2|Dutch|null|null||u|artists|7");
    }
    put("u", row(1, "A3", "Belgian", GONE, GONE, List.of(GONE)));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as("moved in " + table.name())
          .contains("1|A3|Belgian|long life|face|a,b|u|artists|7");
    }
    put("u", row(1, "A4", "Belgian", "new life", GONE, List.of(GONE)));
    put("u", row(1, "A5", "Swiss", GONE, GONE, List.of("c")));
    put("u", row(1, "A6", "Swiss", GONE, GONE, List.of(GONE)));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as("within a batch in " + table.name())
          .contains("1|A6|Swiss|new life|face|c|u|artists|7");
    }
    put("u", row(1, "A7", "Swiss", null, GONE, List.of(GONE)));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as("a null is a value in " + table.name())
          .contains("1|A7|Swiss|null|face|c|u|artists|7");
      assertThat(
              wide(
                  spark
                      .read()
                      .format("hudi")
                      .option("hoodie.datasource.query.type", "read_optimized")
                      .load(location(table))))
          .noneMatch(row -> row.contains(GONE));
    }
  }

  /** A table whose source was there before it, and sent no snapshot. */
  @ParameterizedTest
  @EnumSource(TableType.class)
  void anUnloggedValueOfARowThatIsNotStoredIsNull(TableType type) throws Exception {
    TableConfig[] tables = {
      tables(type)[0],
      tables(type)[1],
      PartitionMovesTest.partitioned("global", type, DeleteMode.SOFT, IndexKind.GLOBAL)
    };
    put("u", row(1, "A", "French", GONE, GONE, List.of(GONE)));
    log.land();
    ingest(tables);
    put("u", row(2, GONE, "Dutch", GONE, GONE, List.of(GONE)));
    put("c", row(3, "C", "Swiss", "long life", "face", List.of("c")));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as(table.name())
          .containsExactly(
              "1|A|French|null|null||u|artists|7",
              "2|null|Dutch|null|null||u|artists|7",
              "3|C|Swiss|long life|face|c|c|artists|7");
    }
    put("u", row(1, "A2", "French", "short life", GONE, List.of(GONE)));
    put("u", row(2, "B", "Dutch", GONE, null, null));
    put("u", row(3, GONE, "Swiss", GONE, GONE, List.of(GONE)));
    log.land();
    ingest(tables);
    put("u", row(1, GONE, "French", GONE, GONE, List.of(GONE)));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as(table.name())
          .containsExactly(
              "1|A2|French|short life|null||u|artists|7",
              "2|B|Dutch|null|null||u|artists|7",
              "3|C|Swiss|long life|face|c|u|artists|7");
    }
  }

  /** A short value is stored out of line where its row has many columns. */
  @ParameterizedTest
  @EnumSource(TableType.class)
  void aPartitionThatWasNotLoggedIsTheStoredRows(TableType type) throws Exception {
    TableConfig[] tables = {
      tables(type)[1],
      PartitionMovesTest.partitioned("global", type, DeleteMode.SOFT, IndexKind.GLOBAL)
    };
    put("r", row(1, "A", "French", "life", null, null));
    put("r", row(2, "B", "Dutch", "life", null, null));
    log.land();
    ingest(tables);
    put("u", row(1, "A2", GONE, GONE, null, null));
    put("u", row(2, "B2", "Swiss", "long", null, null));
    put("u", row(2, "B3", GONE, GONE, null, null));
    put("u", row(9, "nobody's", GONE, "life", null, null));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .as(table.name())
          .containsExactly(
              "1|A2|French|life|null||u|artists|7",
              "2|B3|Swiss|long|null||u|artists|7",
              "9|nobody's|null|life|null||u|artists|7");
      assertThat(partitions(table))
          .as(table.name())
          .containsExactly(
              "nationality=French", "nationality=Swiss", "nationality=__HIVE_DEFAULT_PARTITION__");
    }
  }

  private List<String> partitions(TableConfig table) {
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .orderBy("artist_id")
        .select("_hoodie_partition_path")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void aTruncateEmptiesTheTableInACommitOfItsOwn(TableType type) throws Exception {
    TableConfig[] tables = tables(type);
    put("r", row(1, "A", "French", null, null, null));
    log.land();
    ingest(tables);
    put("c", row(2, "B", "Dutch", null, null, null)).truncate();
    put("c", row(3, "C", "Swiss", null, null, null)).delete(3);
    put("c", row(3, "C2", "Swiss", null, null, null));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table)).containsExactly("3|C2|Swiss|null|null||c|artists|7");
      List<String> instants = instants(table);
      assertThat(instants).as("before, before the truncate, the truncate, after").hasSize(4);
      assertThat(
              instants.stream()
                  .map(
                      instant ->
                          spark
                              .read()
                              .format("hudi")
                              .option("as.of.instant", instant)
                              .load(location(table))
                              .count()))
          .containsExactly(1L, 2L, 0L, 1L);
    }
    truncate();
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void aChangedKeyIsTheOldOneGoneAndTheNewOneThere(TableType type) throws Exception {
    TableConfig[] tables = tables(type);
    put("r", row(1, "A", "French", "life", null, null));
    log.land();
    ingest(tables);
    delete(1).put("c", row(10, "A", "French", "life", null, null));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(wide(table))
          .containsExactly(
              "1|null|null|null|null||d|artists|7", "10|A|French|life|null||c|artists|7");
      assertThat(instants(table)).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void anArrayMayHoldNulls(TableType type) throws Exception {
    TableConfig[] tables = tables(type);
    put("r", row(1, "A", "French", null, null, Arrays.asList("a", null, "b")));
    log.land();
    ingest(tables);
    put("u", row(1, "A2", "French", null, null, List.of(GONE)));
    put("c", row(2, "B", "Dutch", null, null, Arrays.asList(null, null)));
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(
              spark
                  .read()
                  .format("hudi")
                  .load(location(table))
                  .orderBy("artist_id")
                  .selectExpr("name", "array_join(names, ',', '?')")
                  .collectAsList()
                  .stream()
                  .map(row -> row.mkString("|")))
          .as(table.name())
          .containsExactly("A2|a,?,b", "B|?,?");
    }
  }

  @Test
  void aReplayBringsNothingBackThatATruncateTookAway() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    log.skip(1);
    put("c", row(1, "A", "French", null, null, null)).truncate();
    put("c", row(2, "B", "French", null, null, null));
    log.skip(1).land();
    ingest(table);
    QuarantineFolder quarantine =
        new QuarantineFolder(
            folder.resolve("warehouse").toUri(),
            "moma",
            "t",
            spark.sparkContext().hadoopConfiguration());
    quarantine.write(
        new QuarantineFile(TOPIC, 0, 0),
        List.of(
            quarantined(0, row(3, "before it", null, null, null, null)),
            quarantined(4, row(4, "after it", null, null, null, null))));
    quarantine.request(
        new ReplayRequest(Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), false));
    ingest(table);
    assertThat(wide(table))
        .containsExactly(
            "2|B|French|null|null||c|artists|7", "4|after it|null|null|null||c|artists|7");
    assertThat(quarantine.files()).isEmpty();
  }

  private static BadRecord quarantined(long offset, GenericRecord after) throws IOException {
    GenericRecord message = message("c", null, after);
    message.put("__offset", offset);
    message.put("__kafka_timestamp", 1L);
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(raw, null);
    new GenericDatumWriter<GenericRecord>(ENVELOPE).write(message, encoder);
    return new BadRecord(
        TOPIC, 0, offset, 1, ENVELOPE.toString(), false, -1, "", raw.toByteArray(), "for a test");
  }
}
