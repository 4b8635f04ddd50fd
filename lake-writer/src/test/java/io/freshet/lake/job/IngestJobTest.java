package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The job against a landing log on disk, real Spark and real Hudi tables. */
class IngestJobTest extends JobFixture {
  @ParameterizedTest
  @EnumSource(TableType.class)
  void everyStateOfARowCanBeReadAsOfItsInstant(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of("nationality"), DeleteMode.SOFT);
    log.change("r", 1, "Other", "French", 1900, null)
        .change("r", 299, "H. Bakker", "American", 1906, 1988)
        .land();
    ingest(table);
    for (Runnable step :
        List.<Runnable>of(
            () -> log.change("u", 299, "H. Bakker", "American", 1907, 1989),
            () -> log.change("u", 299, "M. Bakker", "American", 1907, 1989),
            () -> log.change("u", 299, "M. Bakker", "German", 1907, 1989),
            () -> log.change("u", 299, "M. Bakker", "German", 1905, 1989),
            () -> log.delete(299))) {
      step.run();
      log.land();
      ingest(table);
    }

    List<String> states = new ArrayList<>();
    for (String instant : instants(table)) {
      states.add(
          String.join(
              " / ",
              rows(
                  spark
                      .read()
                      .format("hudi")
                      .option("as.of.instant", instant)
                      .load(location(table))
                      .filter("artist_id = 299"))));
    }
    assertThat(states)
        .containsExactly(
            "299|H. Bakker|American|1906|1988|r|false",
            "299|H. Bakker|American|1907|1989|u|false",
            "299|M. Bakker|American|1907|1989|u|false",
            "299|M. Bakker|German|1907|1989|u|false",
            "299|M. Bakker|German|1905|1989|u|false",
            "299|null|null|null|null|d|true");
    assertThat(rows(table)).contains("1|Other|French|1900|null|r|false").hasSize(2);
  }

  @Test
  void aCommitOfManyFilesIsTakenWhole() throws Exception {
    TableConfig table = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    log.change("c", 0, "A", "French", 1900, null).commit(1);
    // More than one commit of the table takes, unless they belong together.
    for (int id = 1; id <= 1_000; id++) {
      log.change("c", id, "A", "French", 1900, null);
    }
    log.commit(1_000);
    log.delete(7).skip(3).commit(1);
    ingest(table);
    assertThat(rows(table)).hasSize(1_001).contains("7|null|null|null|null|d|true");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void aHardDeleteTakesTheRowAway(TableType type) throws Exception {
    TableConfig partitioned = table("p", type, List.of("nationality"), DeleteMode.HARD);
    TableConfig flat = table("f", type, List.of(), DeleteMode.HARD);
    log.change("c", 1, "A", "French", 1900, null).change("c", 2, "B", "Dutch", 1901, null).land();
    ingest(partitioned, flat);
    log.delete(1).land();
    ingest(partitioned, flat);

    assertThat(rows(partitioned)).containsExactly("2|B|Dutch|1901|null|c|false");
    assertThat(rows(flat)).containsExactly("2|B|Dutch|1901|null|c|false");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void theLaterOffsetWinsWhateverTheLsn(TableType type) throws Exception {
    TableConfig partitioned = table("p", type, List.of("nationality"), DeleteMode.SOFT);
    TableConfig flat = table("f", type, List.of(), DeleteMode.SOFT);
    log.change("c", 1, "first", "French", 1, null)
        .change("u", 1, "second", "Dutch", 2, null)
        .delete(1)
        .change("c", 1, "reborn", "French", 3, null)
        .delete(2)
        .land();
    ingest(partitioned, flat);

    String[] expected = {"1|reborn|French|3|null|c|false", "2|null|null|null|null|d|true"};
    assertThat(rows(partitioned)).containsExactly(expected);
    assertThat(rows(flat)).containsExactly(expected);
  }

  @Test
  void aRunGoesOnWhereTheTablesOwnCommitEnded() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    log.change("c", 1, "A", null, 1, null).land();
    ingest(table);
    Files.delete(log.newest()); // It must not be asked for again.
    log.skip(3).change("u", 1, "B", null, 1, null).land();
    ingest(table);
    ingest(table);

    assertThat(rows(table)).containsExactly("1|B|null|1|null|u|false");
    assertThat(instants(table)).hasSize(2);
  }

  @Test
  void aTableAddedLaterReadsTheWholeLog() throws Exception {
    TableConfig early = table("early", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig late = table("late", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    log.change("c", 1, "A", null, 1, null).land();
    ingest(early);
    log.change("c", 2, "B", null, 1, null).land();
    ingest(early, late);

    assertThat(rows(late)).isEqualTo(rows(early)).hasSize(2);
    assertThat(instants(early)).hasSize(2);
  }

  @Test
  void aMissingFileStopsTheRunAndIsNamed() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    log.change("c", 1, "A", null, 1, null).land();
    log.change("c", 2, "B", null, 1, null).land();
    Files.delete(log.newest());
    log.change("c", 3, "C", null, 1, null).land();

    assertThatThrownBy(() -> ingest(table))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(TOPIC)
        .hasMessageContaining("partition 0 has a file at position 2, but position 1 comes next");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void newAndWidenedColumnsFlow(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of("nationality"), DeleteMode.SOFT);
    log.change("c", 1, "A", "French", 1, null).change("c", 2, "B", "French", 2, null).land();
    ingest(table);
    Schema wider =
        TestLog.artist(
            SchemaBuilder.record("Value")
                .namespace("moma.public.artists")
                .fields()
                .optionalString("bio"));
    log.change(wider, "u", 1, "A", "French", 1, null, Map.of("bio", "long life")).land();
    ingest(table);

    assertThat(
            spark
                .read()
                .format("hudi")
                .load(location(table))
                .orderBy("artist_id")
                .select("artist_id", "bio")
                .collectAsList()
                .stream()
                .map(Row::toString))
        .containsExactly("[1,long life]", "[2,null]");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void keysHeadersAndTombstonesInTheLogAreNoPartOfTheTable(TableType type) throws Exception {
    Schema key = SchemaBuilder.record("Key").fields().requiredInt("artist_id").endRecord();
    Schema tombstones = appended(SchemaBuilder.record("Tombstone").fields(), key).endRecord();
    // As the sink lands values among tombstones: every field is nullable.
    Schema among =
        appended(
                SchemaBuilder.record("Value")
                    .fields()
                    .optionalInt("artist_id")
                    .optionalString("name")
                    .optionalString("nationality")
                    .optionalInt("birth_year")
                    .optionalInt("death_year")
                    .optionalString("__op")
                    .optionalString("__deleted"),
                key)
            .endRecord();
    Map<String, Object> keyOf7 =
        Map.of("__key", new GenericRecordBuilder(key).set("artist_id", 7).build());
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    log.message(tombstones, keyOf7).land();
    ingest(table);
    log.message(among, Map.of("artist_id", 1, "name", "A", "__op", "c", "__deleted", "false"))
        .message(among, keyOf7)
        .message(among, Map.of("artist_id", 2, "name", "B", "__op", "c", "__deleted", "false"))
        .message(among, Map.of("artist_id", 2, "name", "", "__op", "d", "__deleted", "true"))
        .message(among, keyOf7)
        .land();
    log.message(tombstones, keyOf7).land();
    ingest(table);

    assertThat(rows(table))
        .containsExactly("1|A|null|null|null|c|false", "2|null|null|null|null|d|true");
    assertThat(spark.read().format("hudi").load(location(table)).columns())
        .doesNotContain("__key", "__headers", "__kafka_timestamp");
  }

  private static SchemaBuilder.FieldAssembler<Schema> appended(
      SchemaBuilder.FieldAssembler<Schema> fields, Schema key) {
    return fields
        .requiredLong("__offset")
        .requiredLong("__kafka_timestamp")
        .name("__key")
        .type()
        .unionOf()
        .nullType()
        .and()
        .type(key)
        .endUnion()
        .nullDefault();
  }

  @Test
  void aTableThatCannotFollowDoesNotHoldUpAnother() throws Exception {
    TableConfig bad = table("bad", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig good = table("good", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    Files.createDirectories(folder.resolve("warehouse/moma"));
    Files.writeString(folder.resolve("warehouse/moma/bad"), "a file where a folder should be");
    log.change("c", 1, "A", null, 1, null).land();

    assertThatThrownBy(() -> ingest(bad, good)).hasMessageContaining("moma.bad");
    assertThat(rows(good)).hasSize(1);
  }

  @Test
  void aChangedShapeIsRefused() throws Exception {
    log.change("c", 1, "A", "French", 1, null).land();
    ingest(table("t", TableType.MERGE_ON_READ, List.of("nationality"), DeleteMode.SOFT));

    assertThatThrownBy(
            () ->
                ingest(
                    table("t", TableType.COPY_ON_WRITE, List.of("nationality"), DeleteMode.SOFT)))
        .hasMessageContaining("type of moma.t is COPY_ON_WRITE")
        .hasMessageContaining("MERGE_ON_READ");
    assertThatThrownBy(
            () -> ingest(table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT)))
        .hasMessageContaining("partition-by of moma.t is []")
        .hasMessageContaining("[nationality]");
  }

  @Test
  void anUnknownTopicIsNamedWithTheKnownOnes() {
    TableConfig typo = new TableConfig("mona.public.artists", "moma", "t", TableSettings.DEFAULTS);
    assertThatThrownBy(() -> ingest(typo))
        .hasMessageContaining("moma.t reads topic 'mona.public.artists'")
        .hasMessageContaining("[moma.public.artists]");
  }

  @Test
  void partitionValuesOfAnyTextAreKept() throws Exception {
    TableConfig table =
        table("t", TableType.COPY_ON_WRITE, List.of("nationality"), DeleteMode.SOFT);
    String[] odd = {"Côte d'Ivoire", "a/b", "x=y", "50%", "two words", "a+b", "#1:2"};
    for (int i = 0; i < odd.length; i++) {
      log.change("c", i, "n", odd[i], 1, null);
    }
    log.land();
    ingest(table);

    assertThat(
            spark
                .read()
                .format("hudi")
                .load(location(table))
                .orderBy("artist_id")
                .select("nationality")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactly(odd);
  }

  @Test
  void aContinuousRunTakesNewFilesAndStopsBetweenCommits() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    log.change("c", 1, "A", null, 1, null).land();
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
          .until(() -> rows(table).size() == 1);
      log.change("c", 2, "B", null, 1, null).land();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rows(table).size() == 2);
      job.stop();
      run.get();
      assertThat(rows(table)).hasSize(2);
    } finally {
      thread.shutdownNow();
    }
  }
}
