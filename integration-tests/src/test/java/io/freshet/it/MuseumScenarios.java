package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The main job, from commits in PostgreSQL to queries on the lake, with the shipped configs. The
 * tests go on from one another, as a day in production does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class MuseumScenarios {
  private static final List<String> COLUMNS =
      List.of("artist_id", "name", "nationality", "gender", "birth_year", "death_year");
  private static final List<String> STATE =
      List.of("__op", "nationality", "name", "birth_year", "death_year");
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String COW = "moma_cow.artists";
  private static final String MOR = "moma_mor.artists";

  private Pipeline pipeline;
  private Connectors connectors;
  private Ingest ingest;
  private final Map<String, List<String>> instants = new LinkedHashMap<>();

  abstract Pipeline open() throws Exception;

  @BeforeAll
  void start() throws Exception {
    pipeline = open();
    connectors = new Connectors(pipeline);
    pipeline.sql();
    pipeline.execute(
        "create table artists (artist_id int primary key, name text, nationality text,"
            + " gender text, birth_year int, death_year int)",
        "create table artworks (artwork_id int primary key, title text, artist_id int)",
        """
        insert into artists
        select i, 'Artist ' || i,
          case when i % 6 = 0 then null
            else (array['American','German','French','Côte d''Ivoire','a/b'])[i % 5 + 1] end,
          case when i % 3 = 0 then '' else 'Female' end, 1800 + i % 200,
          case when i % 2 = 0 then 1900 + i % 120 end
        from generate_series(1, 298) i
        """,
        "insert into artists values (299, 'Gerhard H. Bakker', 'American', 'Male', 1906, 1988)");
  }

  @AfterAll
  void stop() {
    if (ingest != null) {
      ingest.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  @Order(1)
  void everyRowReachesBothTables() throws Exception {
    connectors.run(
        "apply", Connectors.shipped("moma-postgres-source"), Connectors.shipped("moma-s3-sink"));
    ingest =
        Ingest.start(
            pipeline,
            Ingest.config(
                pipeline,
                "moma",
                """
                - topic: moma.public.artists
                  database: moma_cow
                  table: artists
                  type: copy-on-write
                  partition-by: [nationality]
                - topic: moma.public.artists
                  database: moma_mor
                  table: artists
                  type: merge-on-read
                  partition-by: [nationality]
                """));
    awaitTable(COW);
    awaitTable(MOR);
    List<String> expected = Rows.ofPostgres(pipeline, "artists", COLUMNS);
    for (String table : List.of(COW, MOR, MOR + "_ro", MOR + "_rt")) {
      assertThat(Rows.ofLake(pipeline, table, COLUMNS)).as(table).isEqualTo(expected);
    }
  }

  @Test
  @Order(2)
  void theMetastoreKnowsTablesAndPartitions() {
    assertThat(tables("moma_cow")).containsExactlyInAnyOrder("artists", "artists_current");
    assertThat(tables("moma_mor"))
        .containsExactlyInAnyOrder("artists", "artists_current", "artists_ro", "artists_rt");
    for (String table : List.of(COW, MOR + "_ro", MOR + "_rt")) {
      assertThat(Rows.ofQuery(pipeline, "show partitions " + table, List.of("partition")))
          .as(table)
          .hasSize(6)
          .contains("nationality=American", "nationality=German");
    }
  }

  @Test
  @Order(3)
  void everyStateOfAnArtistCanBeReadAsOfItsInstant() {
    remember("r|American|Gerhard H. Bakker|1906|1988");
    change("set birth_year = 1907, death_year = 1989", "u|American|Gerhard H. Bakker|1907|1989");
    change("set name = 'Gerhard M. Bakker'", "u|American|Gerhard M. Bakker|1907|1989");
    change("set nationality = 'German'", "u|German|Gerhard M. Bakker|1907|1989");
    change("set birth_year = 1905", "u|German|Gerhard M. Bakker|1905|1989");
    pipeline.execute("delete from artists where artist_id = 299");
    remember("d|null|null|null|null");

    assertThat(count(COW + "_current") + count(MOR + "_current"))
        .as("rows that are there")
        .isEqualTo(2 * 298);
    for (String table : List.of(COW, MOR + "_rt")) {
      List<String> states = new ArrayList<>();
      for (String instant : instants.get(table)) {
        states.add(String.join(" and ", artist(table + " timestamp as of '" + instant + "'")));
      }
      assertThat(states)
          .as(table)
          .containsExactly(
              "r|American|Gerhard H. Bakker|1906|1988",
              "u|American|Gerhard H. Bakker|1907|1989",
              "u|American|Gerhard M. Bakker|1907|1989",
              "u|German|Gerhard M. Bakker|1907|1989",
              "u|German|Gerhard M. Bakker|1905|1989",
              "d|null|null|null|null");
    }
  }

  @Test
  @Order(4)
  void theIncrementalQueryReturnsExactlyTheChangedRows() {
    pipeline.execute(
        "begin; update artists set death_year = 2001 where artist_id in (1, 7);"
            + " delete from artists where artist_id = 12;"
            + " insert into artists values (300, 'New', 'French', null, 1990, null); commit");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                count(COW + " where artist_id = 300") + count(MOR + " where artist_id = 300") == 2);
    for (String table : List.of(COW, MOR)) {
      List<String> commits =
          Rows.ofQuery(
              pipeline,
              "select distinct _hoodie_commit_time as t from %s order by t".formatted(table),
              List.of("t"));
      String before = commits.get(commits.size() - 2);
      assertThat(
              Rows.ofQuery(
                  pipeline,
                  "select cast(artist_id as string) artist_id, __op from hudi_table_changes('%s', 'latest_state', '%s') where _hoodie_commit_time > '%s' order by cast(artist_id as int)"
                      .formatted(table, before, before),
                  List.of("artist_id", "__op")))
          .as(table)
          .containsExactly("1|u", "7|u", "12|d", "300|c");
    }
  }

  @Test
  @Order(5)
  void readOptimizedAndRealTimeAgreeAfterCompaction() throws Exception {
    ingest.stop();
    List<String> expected = Rows.ofPostgres(pipeline, "artists", COLUMNS);
    assertThat(Rows.ofLake(pipeline, MOR + "_rt", COLUMNS)).isEqualTo(expected);
    assertThat(Rows.ofLake(pipeline, MOR + "_ro", COLUMNS))
        .as("before compaction")
        .isNotEqualTo(expected);
    pipeline.sql().query("set hoodie.compact.inline.max.delta.commits=1");
    pipeline.sql().query("call run_compaction(op => 'schedule', table => '" + MOR + "')");
    pipeline.sql().query("call run_compaction(op => 'run', table => '" + MOR + "')");
    for (String table : List.of(MOR + "_ro", MOR + "_rt", COW)) {
      assertThat(Rows.ofLake(pipeline, table, COLUMNS)).as(table).isEqualTo(expected);
    }
  }

  @Test
  @Order(6)
  void aRunAfterOthersTableServicesGoesOnWhereTheLastCommitEnded() throws Exception {
    pipeline.execute("update artists set name = 'After' where artist_id = 1");
    Ingest once = Ingest.start(pipeline, pipeline.folder().resolve("moma.yaml"));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> count(MOR + " where name = 'After'") + count(COW + " where name = 'After'") == 2);
    once.stop();
    Ingest.start(pipeline, pipeline.folder().resolve("moma.yaml"), "--once").finish();
    List<String> expected = Rows.ofPostgres(pipeline, "artists", COLUMNS);
    assertThat(Rows.ofLake(pipeline, COW, COLUMNS)).isEqualTo(expected);
    assertThat(Rows.ofLake(pipeline, MOR, COLUMNS)).isEqualTo(expected);
  }

  @Test
  @Order(7)
  void theShippedConfigsWorkWithPlainCurl() throws Exception {
    for (String name : List.of("moma-postgres-source", "moma-s3-sink")) {
      Process curl =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "-o",
                  "/dev/null",
                  "-w",
                  "%{http_code}",
                  "-X",
                  "PUT",
                  "-H",
                  "Content-Type: application/json",
                  "--data",
                  "@" + Connectors.shipped(name),
                  pipeline.env("FRESHET_CONNECT_URL") + "/connectors/" + name + "/config")
              .redirectErrorStream(true)
              .start();
      assertThat(new String(curl.getInputStream().readAllBytes())).as(name).isEqualTo("200");
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(connectors.run("status", "moma-postgres-source", "moma-s3-sink"))
                    .contains("RUNNING"));
    assertThat(
            connectors.run(
                "diff",
                Connectors.shipped("moma-postgres-source"),
                Connectors.shipped("moma-s3-sink")))
        .contains("moma-postgres-source: no difference", "moma-s3-sink: no difference");
  }

  private void change(String set, String state) {
    pipeline.execute("update artists " + set + " where artist_id = 299");
    remember(state);
  }

  /** Waits until both tables show a state of the artist, alone, and notes its instant. */
  private void remember(String state) {
    for (String table : List.of(COW, MOR + "_rt")) {
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(artist(table)).as(table).containsExactly(state));
      List<JsonNode> instant =
          pipeline
              .sql()
              .query("select _hoodie_commit_time t from " + table + " where artist_id = 299");
      instants
          .computeIfAbsent(table, any -> new ArrayList<>())
          .add(instant.get(0).get("t").asText());
    }
  }

  private List<String> artist(String source) {
    return Rows.ofQuery(
        pipeline,
        "select %s from %s where artist_id = 299".formatted(Rows.texts(STATE), source),
        STATE);
  }

  private long count(String source) {
    return pipeline.sql().query("select count(*) n from " + source).get(0).get("n").asLong();
  }

  private List<String> tables(String database) {
    return Rows.ofQuery(pipeline, "show tables in " + database, List.of("tableName"));
  }

  private void awaitTable(String table) {
    String[] name = table.split("\\.");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                Rows.ofQuery(
                            pipeline, "show databases like '" + name[0] + "'", List.of("namespace"))
                        .contains(name[0])
                    && tables(name[0]).contains(name[1])
                    && count(table) == 299);
  }
}
