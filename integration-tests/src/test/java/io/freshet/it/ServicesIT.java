package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.local.service.Distribution;
import io.freshet.local.service.SparkProcess;
import io.freshet.local.service.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What goes on beside the commits, on S3, Kafka and the Hive metastore: one writer for each table,
 * maintenance, retention of the landing log, columns that change, rows that must be forgotten, and
 * tables that cost nothing while they are idle. The tests go on from one another.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServicesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final String TOPIC = "services.services.artists";
  private static final String TABLE = "services.artists";
  private static final String SECRET = "Unforgettable Name";
  private static final int IDLE_TABLES = 5;

  /** A table of the source whose name another table's view would have. */
  private static final String NAMED_LIKE_A_VIEW = "idle_1_current";

  private static final String KAFKA =
      """
      kind: kafka
      bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
      """;
  private static final String LANDING =
      """
      kind: landing
      root: s3a://${env:FRESHET_S3_BUCKET}/topics
      poll-interval-ms: 200
      retention-hours: 1
      sink-group: connect-services-sink
      bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
      sweep-interval-seconds: 3600
      """;

  private static final long MOST_REQUESTS_OF_A_COMMIT = 60;

  private EmbeddedPipeline pipeline;
  private Connectors connectors;
  private StoreRelay relay;
  private Path config;
  private Ingest first;
  private Ingest second;

  @BeforeAll
  void start() throws Exception {
    pipeline = EmbeddedPipeline.shared();
    pipeline.sql();
    List<String> statements = new ArrayList<>();
    statements.add("create schema services");
    statements.add(
        "create table services.artists (id int primary key, name text, born int, country text)");
    statements.add(
        "insert into services.artists values (1, 'A', 1900, 'NL'), (2, '%s', 1901, 'FR'), (3, 'C', 1902, 'NL')"
            .formatted(SECRET));
    for (int i = 0; i < IDLE_TABLES; i++) {
      statements.add("create table services.idle_%d (id int primary key)".formatted(i));
      statements.add("insert into services.idle_%d values (1)".formatted(i));
    }
    statements.add("create table services.%s (id int primary key)".formatted(NAMED_LIKE_A_VIEW));
    statements.add("insert into services.%s values (7)".formatted(NAMED_LIKE_A_VIEW));
    pipeline.execute(statements.toArray(String[]::new));
    connectors = new Connectors(pipeline);
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            "services-source",
            Map.of(
                "topic.prefix", "services",
                "slot.name", "services",
                "publication.name", "services",
                "table.include.list", "services.artists,services.idle_.*")),
        connectors.variant(
            "moma-s3-sink", "services-sink", Map.of("topics.regex", "services\\.services\\..*")));
    relay = new StoreRelay(pipeline.environment());
    config = config("services", LANDING, "services", true);
  }

  private Path config(String name, String source, String database, boolean views)
      throws IOException {
    Path file =
        Ingest.config(
            pipeline,
            name,
            source,
            """
            - topic: services.services.artists
              database: %1$s
              table: artists
              partition-by: [country]
            - include: [services.services.*]
              database: %1$s
              table: "{table}"
            """
                .formatted(database));
    Files.writeString(
        file,
        Files.readString(file).replace("lake:\n", "lake:\n  lease-seconds: 6\n")
            + """
            services: {beside-ingest: false, interval-seconds: 1, compact-after-commits: 2}
            defaults: {current-view: %s}
            """
                .formatted(views));
    return file;
  }

  @AfterAll
  void stop() throws Exception {
    for (Ingest ingest : new Ingest[] {first, second}) {
      if (ingest != null) {
        ingest.close();
      }
    }
    if (relay != null) {
      relay.close();
    }
    connectors.run("delete", "services-source", "services-sink");
  }

  private Ingest run(String name, Path config, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--config", config.toString()));
    return Ingest.start(pipeline.lake(all), pipeline.folder().resolve("services-" + name + ".log"));
  }

  private List<String> artists(String table) {
    return Rows.ofQuery(
        pipeline,
        "select %s from %s order by id".formatted(Rows.texts(List.of("id", "name", "__op")), table),
        List.of("id", "name", "__op"));
  }

  private void awaitArtist(String row) {
    await().untilAsserted(() -> assertThat(artists(TABLE)).contains(row));
  }

  private static org.awaitility.core.ConditionFactory await() {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions();
  }

  private List<String> tables() {
    return Rows.ofQuery(pipeline, "show tables in services", List.of("tableName"));
  }

  @Test
  @Order(1)
  void idleTablesAskTheStoreForNothing() throws Exception {
    first =
        Ingest.start(
            SparkProcess.prepare(
                Distribution.locate(),
                relay.environment(),
                List.of("ingest", "--config", config.toString())),
            pipeline.folder().resolve("services-first.log"));
    await()
        .until(
            () ->
                tables().contains("artists_current")
                    && tables().stream().filter(t -> t.matches("idle_\\d(_current)?")).count()
                        == 2 * IDLE_TABLES);
    awaitArtist("3|C|r");
    // What the last commits and syncs have to do ends before it is quiet.
    awaitSilence();

    pipeline.execute("update services.artists set name = 'B' where id = 1");
    Map<String, Long> before = relay.requests();
    awaitArtist("1|B|u");
    assertThat(relay.requests().get("LIST topics") - before.get("LIST topics"))
        .as("lists for one table that has moved, whatever the number of the others")
        .isBetween(1L, 8L);
    awaitSilence();
  }

  @Test
  @Order(2)
  void aCommitAsksForLittle() {
    // The one before has read where the table's keys lie.
    Map<String, Long> before = relay.requests();
    pipeline.execute("update services.artists set name = 'BB' where id = 1");
    awaitArtist("1|BB|u");
    awaitSilence();
    assertThat(warehouse(relay.requests()) - warehouse(before))
        .as("requests for the table of a commit of one row")
        .isBetween(1L, MOST_REQUESTS_OF_A_COMMIT);
    pipeline.execute("update services.artists set name = 'B' where id = 1");
    awaitArtist("1|B|u");
  }

  private static long warehouse(Map<String, Long> requests) {
    return requests.entrySet().stream()
        .filter(count -> count.getKey().endsWith("warehouse"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Waits until no request is made for the time of many triggers, but for the job's heartbeat. */
  private void awaitSilence() {
    AtomicLong last = new AtomicLong(-1);
    Awaitility.await()
        .atMost(PATIENCE)
        .during(IDLE)
        .until(
            () -> {
              long now = relay.requests("topics") + relay.requests("warehouse");
              return last.getAndSet(now) == now;
            });
  }

  @Test
  @Order(3)
  void aTableHasOneWriter() throws Exception {
    Ingest another = run("another", config, "ingest", "--once");
    Ingest purge = run("refused", config, "purge", "--table", TABLE, "--where", "id = 2");
    assertThat(another.refusal()).contains(" is written by another job (ingest on ");
    assertThat(purge.refusal()).contains(TABLE + " is written by another job (ingest on ");
    pipeline.execute("delete from services.artists where id = 3");
    awaitArtist("3|null|d");
    assertThat(artists(TABLE + "_current")).containsExactly("1|B|u", "2|" + SECRET + "|r");
  }

  @Test
  @Order(4)
  void theMetastoreFollowsTheColumns() {
    pipeline.execute(
        "alter table services.artists add column city text",
        "alter table services.artists alter column born type bigint",
        "insert into services.artists values (4, 'D', 5000000000, 'DE', 'Berlin')");
    awaitArtist("4|D|c");
    // A view's columns are the metastore's own, and are made of those that it has of the table.
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Rows.ofQuery(
                            pipeline,
                            "describe services.artists_current",
                            List.of("col_name", "data_type")))
                    .contains("born|bigint", "city|string", "country|string")
                    .noneMatch(column -> column.startsWith("_hoodie")));
    assertThat(
            Rows.ofQuery(
                pipeline,
                "select cast(id as string) id, cast(born as string) born, city from services.artists_current order by id",
                List.of("id", "born", "city")))
        .containsExactly("1|1900|null", "2|1901|null", "4|5000000000|Berlin");
    assertThat(tables()).as("the source's own table").contains(NAMED_LIKE_A_VIEW);
    assertThat(
            Rows.ofQuery(
                pipeline,
                "select cast(id as string) id from services." + NAMED_LIKE_A_VIEW,
                List.of("id")))
        .containsExactly("7");
  }

  @Test
  @Order(5)
  void maintenanceGoesOnBesideTheWriter() throws Exception {
    List<Path> files = landedFiles();
    assertThat(files).hasSizeGreaterThan(1);
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (Path file : files) {
      Files.setLastModifiedTime(file, old);
    }
    await().until(() -> first.log().contains(TABLE + ": compaction "));
    Ingest maintain = run("maintain", config, "maintain", "--once");
    maintain.finish();
    assertThat(maintain.log())
        .contains(TABLE + ": compaction ")
        .contains(TOPIC + "-0: ")
        .contains("the log now begins at ");
    assertThat(first.isAlive()).isTrue();
    assertThat(landedFiles())
        .as("the sink finds the end by the newest")
        .containsExactly(files.get(files.size() - 1));
    pipeline.execute("insert into services.artists values (5, 'E', 1905, 'NL', null)");
    awaitArtist("5|E|c");
  }

  /** The landed files of the topic on the disk of the store, oldest first. */
  private List<Path> landedFiles() throws IOException {
    try (Stream<Path> files = Files.walk(pipeline.folder().resolve("stack"))) {
      return files
          .filter(file -> file.toString().contains("/topics/" + TOPIC + "/partition=0/"))
          .filter(file -> file.toString().endsWith(".avro"))
          .sorted()
          .toList();
    }
  }

  @Test
  @Order(6)
  void aWriterThatStandsStillIsReplacedAndKeepsItsHandsOff() throws Exception {
    first.pause();
    pipeline.execute(
        "insert into services.artists values (6, 'new', 1906, 'NL', null)",
        "update services.artists set name = 'newer' where id = 6",
        "update services.artists set name = 'F' where id = 6");
    await().until(() -> lag() >= 3);
    second = run("second", config, "ingest");
    awaitArtist("6|F|u");
    first.resume();
    assertThat(first.refusal()).contains("another has taken its tables over");

    config("services", LANDING, "services", false);
    await().until(() -> !tables().contains("artists_current"));
    assertThat(tables()).contains("artists", NAMED_LIKE_A_VIEW);
    pipeline.execute("insert into services.artists values (7, 'G', 1907, 'NL', null)");
    awaitArtist("7|G|c");
  }

  private long lag() throws Exception {
    return status().path("lagPositions").asLong();
  }

  /** What {@code status} says of the table, if Kafka itself is its source. */
  private JsonNode status() throws Exception {
    Path kafka = config("services-kafka", KAFKA, "services", true);
    Process status =
        pipeline
            .lake(List.of("status", "--json", "--config", kafka.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    JsonNode answer = Connectors.JSON.readTree(status.getInputStream().readAllBytes());
    assertThat(status.waitFor()).as(answer.toString()).isZero();
    for (JsonNode table : answer.path("tables")) {
      if (table.path("table").asText().equals(TABLE)) {
        return table;
      }
    }
    throw new AssertionError(answer.toString());
  }

  @Test
  @Order(7)
  void aKilledWriterIsReplacedAtOnce() throws Exception {
    second.kill();
    pipeline.execute("update services.artists set name = 'H' where id = 1");
    awaitLanded();
    run("once", config, "ingest", "--once").finish();
    assertThat(artists(TABLE))
        .containsExactly(
            "1|H|u", "2|" + SECRET + "|r", "3|null|d", "4|D|c", "5|E|c", "6|F|u", "7|G|c");
    assertThat(lag()).as("behind Kafka: what ends the last transaction").isLessThanOrEqualTo(1);
  }

  private void awaitLanded() throws Exception {
    try (LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      long end = status().path("position").path("0").asLong();
      Awaitility.await().atMost(PATIENCE).until(() -> landed.next(TOPIC, 0) > end);
    }
  }

  @Test
  @Order(8)
  void whatIsPurgedIsInNoFile() throws Exception {
    String files =
        "parquet.`s3a://%s/warehouse/services/artists/*/*.parquet` where name = '%s'"
            .formatted(pipeline.env("FRESHET_S3_BUCKET"), SECRET);
    assertThat(count(files)).as("base files that hold the name, before").isPositive();
    String before =
        Rows.ofQuery(
                pipeline,
                "select max(_hoodie_commit_time) t from " + TABLE + " where id = 2",
                List.of("t"))
            .get(0);

    Ingest late =
        run("late", config("services-late", LANDING, "services_late", true), "ingest", "--once");
    Ingest purge = run("purge", config, "purge", "--table", TABLE, "--where", "id = 2");
    purge.finish();
    assertThat(purge.log()).contains("1 rows of services.artists purged");
    assertThat(late.refusal())
        .as("a table that begins behind what retention has deleted")
        .contains("topic " + TOPIC + ", partition 0: a new table would begin at position")
        .contains("source.emptied-logs: read");

    assertThat(artists(TABLE))
        .containsExactly("1|H|u", "3|null|d", "4|D|c", "5|E|c", "6|F|u", "7|G|c");
    assertThat(count(files)).as("base files that hold the name").isZero();
    assertThat(logFiles()).as("logs, which could hold it").isEmpty();
    assertThatThrownBy(() -> artists(TABLE + " timestamp as of '" + before + "'"))
        .isInstanceOf(StackException.class);
  }

  private long count(String source) {
    return pipeline.sql().query("select count(*) n from " + source).get(0).get("n").asLong();
  }

  private List<Path> logFiles() throws IOException {
    try (Stream<Path> files = Files.walk(pipeline.folder().resolve("stack"))) {
      return files
          .filter(file -> file.toString().contains("/warehouse/services/artists/"))
          .filter(file -> file.getFileName().toString().contains(".log."))
          .toList();
    }
  }
}
