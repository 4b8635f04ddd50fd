package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
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
 * A whole database, read from Kafka itself and from the landing log in turn: each run goes on where
 * the tables' own commits ended, whatever the source was before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LakeSourcesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Map<String, List<String>> TABLES =
      Map.of(
          "paintings",
          List.of(
              "id", "title", "room", "story", "encode(scan, 'hex')", "array_to_string(tags, ',')"),
          "rooms",
          List.of("name", "floor"));
  private static final Map<String, List<String>> LAKE =
      Map.of(
          "paintings",
          List.of("id", "title", "room", "story", "lower(hex(scan))", "array_join(tags, ',')"),
          "rooms",
          List.of("name", "floor"));
  private static final String RULES =
      """
      - include: [sources.gallery.*]
        database: kafka_lake
        table: "{table}"
      """;
  private static final String KAFKA =
      """
      kind: kafka
      bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
      """;

  private Pipeline pipeline;
  private Connectors connectors;
  private Ingest ingest;

  @BeforeAll
  void start() throws Exception {
    pipeline = EmbeddedPipeline.shared();
    pipeline.execute(
        "create schema gallery",
        "create table gallery.paintings (id int primary key, title text, room text, story text,"
            + " scan bytea, tags text[])",
        "alter table gallery.paintings alter column story set storage external",
        "alter table gallery.paintings alter column scan set storage external",
        "create table gallery.rooms (name text primary key, floor int)",
        "insert into gallery.rooms select 'room ' || i, i % 5 from generate_series(1, 20) i",
        """
        insert into gallery.paintings
        select i, 'Painting ' || i, 'room ' || i % 20,
          case when i % 2 = 0 then repeat('story of ' || i || ' ', 500) end,
          case when i % 3 = 0 then decode(repeat(md5(i::text), 200), 'hex') end,
          array['a' || i, 'b']
        from generate_series(1, 300) i
        """);
    connectors = new Connectors(pipeline);
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            "sources-source",
            Map.of(
                "topic.prefix", "sources",
                "slot.name", "sources",
                "publication.name", "sources",
                "table.include.list", "gallery.paintings,gallery.rooms")),
        connectors.variant(
            "moma-s3-sink", "sources-sink", Map.of("topics.regex", "sources.gallery.(.*)")));
  }

  @AfterAll
  void stop() {
    if (ingest != null) {
      ingest.close();
    }
    connectors.run("delete", "sources-source", "sources-sink");
  }

  private void awaitEqual(String... tables) {
    for (String table : tables) {
      Awaitility.await(table)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(lake(table)).isEqualTo(postgres(table)));
    }
  }

  private List<String> lake(String table) {
    return pipeline
        .sql()
        .query(
            "select concat_ws('|', %s) as line from kafka_lake.%s where not __deleted"
                .formatted(
                    String.join(
                        ", ",
                        LAKE.get(table).stream()
                            .map(column -> "coalesce(cast(" + column + " as string), 'null')")
                            .toList()),
                    table))
        .stream()
        .map(row -> row.get("line").asText())
        .sorted()
        .toList();
  }

  private List<String> postgres(String table) throws SQLException {
    return Rows.ofPostgres(pipeline, "gallery." + table, TABLES.get(table)).stream()
        .sorted()
        .toList();
  }

  private void changeEverything(String tag) {
    pipeline.execute(
        "update gallery.paintings set title = title || ' %s' where id %% 2 = 0".formatted(tag),
        "update gallery.paintings set room = 'room 1' where id % 7 = 0",
        "update gallery.paintings set tags = array['new', '%s'] where id %% 5 = 0".formatted(tag),
        "update gallery.paintings set story = null where id % 11 = 0",
        "update gallery.paintings set story = repeat('%s ', 2000) where id %% 13 = 0"
            .formatted(tag),
        "update gallery.paintings set id = id + 1000 where id in (1, 5, 7)",
        "begin; delete from gallery.paintings where id = 9; insert into gallery.paintings values (9, 'again %s'); commit"
            .formatted(tag),
        "delete from gallery.paintings where id = 15",
        "truncate gallery.rooms",
        "insert into gallery.rooms values ('after %s', 1)".formatted(tag));
  }

  @Test
  @Order(1)
  void aWholeDatabaseIsReadFromKafka() throws Exception {
    ingest = Ingest.start(pipeline, Ingest.config(pipeline, "kafka", KAFKA, RULES));
    awaitEqual("paintings", "rooms");
    changeEverything("one");
    awaitEqual("paintings", "rooms");
  }

  @Test
  @Order(2)
  void aKilledRunGoesOnWhereItsCommitsEnded() throws Exception {
    ingest.kill();
    changeEverything("two");
    ingest = Ingest.start(pipeline, Ingest.config(pipeline, "kafka", KAFKA, RULES));
    awaitEqual("paintings", "rooms");
    ingest.stop();
  }

  @Test
  @Order(3)
  void theLandingLogTakesOverAtTheSamePositionAndBack() throws Exception {
    changeEverything("three");
    ingest = Ingest.start(pipeline, Ingest.config(pipeline, "landing", RULES));
    awaitEqual("paintings", "rooms");
    ingest.stop();
    changeEverything("four");
    ingest = Ingest.start(pipeline, Ingest.config(pipeline, "kafka", KAFKA, RULES));
    awaitEqual("paintings", "rooms");
    ingest.stop();
  }
}
