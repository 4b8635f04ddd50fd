package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rows that get a new primary key by an update that does not log the values that are stored out of
 * line: Debezium sends a delete and a create of one LSN, the create with placeholders.
 */
class KeyChangeTest extends JobFixture {
  private static final String GONE = "__debezium_unavailable_value";

  @BeforeAll
  static void inTasks() {
    readInTasks();
  }

  private boolean envelope;
  private long lsn;

  private static SchemaBuilder.FieldAssembler<Schema> columns(String name) {
    return SchemaBuilder.record(name)
        .fields()
        .requiredInt("artist_id")
        .optionalString("name")
        .optionalString("nationality")
        .optionalString("bio")
        .optionalBytes("portrait")
        .name("notes")
        .type(
            Schema.createUnion(
                Schema.create(Schema.Type.NULL),
                new Schema.Parser()
                    .parse("{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Json\"}")))
        .noDefault()
        .name("names")
        .type()
        .nullable()
        .array()
        .items()
        .nullable()
        .stringType()
        .noDefault();
  }

  private static final Schema FLAT =
      columns("Flat")
          .optionalString("__op")
          .optionalLong("__lsn")
          .optionalString("__deleted")
          .requiredLong("__offset")
          .requiredLong("__kafka_timestamp")
          .endRecord();
  private static final Schema ROW = columns("Value").endRecord();
  private static final Schema ENVELOPE =
      SchemaBuilder.record("Envelope")
          .fields()
          .name("before")
          .type(Schema.createUnion(Schema.create(Schema.Type.NULL), ROW))
          .noDefault()
          .name("after")
          .type(Schema.createUnion(Schema.create(Schema.Type.NULL), ROW))
          .noDefault()
          .name("source")
          .type(SchemaBuilder.record("Source").fields().optionalLong("lsn").endRecord())
          .noDefault()
          .requiredString("op")
          .requiredLong("__offset")
          .requiredLong("__kafka_timestamp")
          .endRecord();

  private KeyChangeTest message(String op, int id, String... values) {
    GenericRecord message = new GenericData.Record(envelope ? ENVELOPE : FLAT);
    GenericRecord row = envelope ? new GenericData.Record(ROW) : message;
    row.put("artist_id", id);
    if (!op.equals("d")) {
      row.put("name", values[0]);
      row.put("nationality", values[1]);
      row.put("bio", values[2]);
      row.put("portrait", ByteBuffer.wrap(values[3].getBytes(StandardCharsets.UTF_8)));
      row.put("notes", values[4]);
      row.put("names", Arrays.asList(values[5]));
    } else if (!envelope) {
      row.put("name", ""); // The filler of a column that is not null.
    }
    if (envelope) {
      GenericRecord source = new GenericData.Record(ENVELOPE.getField("source").schema());
      source.put("lsn", lsn);
      message.put("source", source);
      message.put("op", op);
      message.put(op.equals("d") ? "before" : "after", row);
    } else {
      message.put("__op", op);
      message.put("__lsn", lsn);
      message.put("__deleted", Boolean.toString(op.equals("d")));
    }
    log.message(message);
    return this;
  }

  /** A row with all of its values. */
  private KeyChangeTest row(String op, int id, String name, String nationality, String tag) {
    lsn++;
    return message(
        op, id, name, nationality, "bio " + tag, "face " + tag, "{\"n\": \"" + tag + "\"}", tag);
  }

  /** An update that logged nothing but the short columns. */
  private KeyChangeTest update(int id, String name, String nationality) {
    lsn++;
    return message("u", id, name, nationality, GONE, GONE, GONE, GONE);
  }

  private KeyChangeTest delete(int id) {
    lsn++;
    return message("d", id);
  }

  /** The two halves of an update of the key. */
  private KeyChangeTest move(int from, int to, String name, String nationality) {
    lsn++;
    message("d", from);
    return message("c", to, name, nationality, GONE, GONE, GONE, GONE);
  }

  private static String expected(int id, String name, String nationality, String tag, String op) {
    return "%d|%s|%s|bio %s|face %s|{\"n\": \"%s\"}|%s|%s"
        .formatted(id, name, nationality, tag, tag, tag, tag, op);
  }

  private List<String> live(TableConfig table) {
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .filter("not __deleted")
        .orderBy("artist_id")
        .selectExpr(
            "artist_id",
            "name",
            "nationality",
            "bio",
            "cast(portrait as string)",
            "notes",
            "concat_ws(',', names)",
            "__op")
        .collectAsList()
        .stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "COPY_ON_WRITE, true, SOFT",
    "MERGE_ON_READ, true, HARD",
    "MERGE_ON_READ, false, SOFT"
  })
  void whatWasNotLoggedComesAlong(TableType type, boolean enveloped, DeleteMode deletes)
      throws Exception {
    envelope = enveloped;
    TableConfig flat = table("flat", type, List.of(), deletes);
    TableConfig parts = table("parts", type, List.of("nationality"), deletes);
    TableConfig global = PartitionMovesTest.partitioned("global", type, deletes, IndexKind.GLOBAL);
    TableConfig[] tables = {flat, parts, global};
    row("r", 1, "A", "French", "a").row("r", 2, "B", "Dutch", "b").row("r", 3, "C", "Swiss", "c");
    row("r", 4, "D", "Irish", "d").row("r", 5, "E", "Welsh", "e").row("r", 6, "F", "Manx", "f");
    log.land();
    ingest(tables);

    move(1, 10, "A2", "French"); // from the stored row, and
    move(2, 20, "B2", "Dutch").move(20, 21, "B3", "Dutch").move(21, 22, "B4", "Belgian"); // on.
    update(22, "B5", "Belgian");
    row("u", 3, "C2", "Swiss", "c2").update(3, "C3", "Swiss").move(3, 30, "C4", "Swiss"); // changed
    move(4, 0, "D", "Irish").move(5, 4, "E", "Welsh").move(0, 5, "D", "Irish"); // swapped
    row("c", 7, "G", "Greek", "g").move(7, 70, "G2", "Greek"); // born here
    delete(6).row("c", 6, "F2", "Manx", "f2"); // No move: another LSN.
    row("c", 8, "H", "Thai", "h").delete(8).move(6, 8, "F3", "Manx"); // to a key that was another's
    row("c", 9, "I", "Omani", "i"); // and rows beside them
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(live(table))
          .as(table.name())
          .containsExactly(
              expected(4, "E", "Welsh", "e", "c"),
              expected(5, "D", "Irish", "d", "c"),
              expected(8, "F3", "Manx", "f2", "c"),
              expected(9, "I", "Omani", "i", "c"),
              expected(10, "A2", "French", "a", "c"),
              expected(22, "B5", "Belgian", "b", "u"),
              expected(30, "C4", "Swiss", "c2", "c"),
              expected(70, "G2", "Greek", "g", "c"));
      assertThat(instants(table)).as("the halves are in one commit").hasSize(2);
    }

    update(10, "A3", "French");
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(live(table)).contains(expected(10, "A3", "French", "a", "u"));
    }
  }

  /** A run expects of a batch what it found in the one before it, and may be wrong both ways. */
  @ParameterizedTest
  @EnumSource(TableType.class)
  void aRunThatHasSeenKeysChangeGoesOnWithAllBatches(TableType type) throws Exception {
    envelope = true;
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    row("r", 1, "A", "French", "a").row("r", 2, "B", "Dutch", "b");
    log.land();
    ingest(table);

    move(1, 10, "A2", "French");
    log.land();
    move(10, 11, "A3", "French").update(2, "B2", "Dutch");
    log.land();
    update(2, "B3", "Dutch").row("c", 3, "C", "Swiss", "c");
    log.land();
    update(11, "A4", "French");
    log.land();
    move(3, 30, "C2", "Swiss");
    log.land();
    CommitLimits oneFile = new CommitLimits(1, 1, 1, 1);
    LakeConfig config = config(oneFile, LakeConfig.usualKeysInMemory(), table);
    new IngestJob(config, spark, Clock.systemUTC(), true).run();

    assertThat(instants(table)).hasSize(6);
    assertThat(live(table))
        .containsExactly(
            expected(2, "B3", "Dutch", "b", "u"),
            expected(11, "A4", "French", "a", "u"),
            expected(30, "C2", "Swiss", "c", "c"));
  }

  @Test
  void aRowWhoseFormerKeyIsNotKnownStopsItsTable() throws Exception {
    envelope = true;
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    row("r", 1, "A", "French", "a");
    log.land();
    ingest(table);
    delete(1);
    lsn++;
    message("c", 2, "A", "French", GONE, GONE, GONE, GONE);
    log.land();
    assertThatThrownBy(() -> ingest(table))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("partition 0, offset 2: the row [2] came under a new primary key")
        .hasMessageContaining("REPLICA IDENTITY FULL");
    assertThat(live(table)).containsExactly(expected(1, "A", "French", "a", "r"));
  }

  @Test
  void aRowThatTheTableLacksStopsIt() throws Exception {
    envelope = true;
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    move(1, 2, "A", "French");
    log.land();
    assertThatThrownBy(() -> ingest(table))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("the row [1] got another primary key")
        .hasMessageContaining("rebuild this table");
  }
}
