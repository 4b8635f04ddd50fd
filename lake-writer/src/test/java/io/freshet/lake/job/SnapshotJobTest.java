package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableRule;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.snapshot.SnapshotJob;
import io.freshet.lake.snapshot.SnapshotResult;
import io.freshet.lake.snapshot.SnapshotSettings;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.TableTimeline;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** Snapshots of a real PostgreSQL into real tables, and what comes after them. */
class SnapshotJobTest extends JobFixture {
  private static final String DATABASE = "museum";
  private static TestPostgres server;

  @BeforeAll
  static void startServer() throws Exception {
    server = TestPostgres.shared();
  }

  @BeforeEach
  void fill() {
    server.create(DATABASE);
    server.execute(
        DATABASE,
        SnapshotFixture.ARTISTS,
        "INSERT INTO artists SELECT i, 'artist ' || i, (ARRAY['French', 'Dutch', 'Swiss', NULL])[1 + i % 4], 1800 + i % 200, CASE WHEN i % 2 = 0 THEN 1900 END FROM generate_series(1, 3000) i");
  }

  @AfterEach
  void dropSlots() {
    server.execute(
        "postgres", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  }

  private PostgresConfig postgres(String... tables) {
    return SnapshotFixture.postgres(
        server.port(), DATABASE, TestPostgres.SUPERUSER, "none", tables);
  }

  private SnapshotJob job(PostgresConfig postgres, boolean keep, TableConfig... tables) {
    return new SnapshotJob(
        config(postgres, tables),
        spark,
        Clock.systemUTC(),
        new SnapshotSettings(2, keep, Duration.ofMinutes(1)));
  }

  private LakeConfig config(PostgresConfig postgres, TableConfig... tables) {
    return SnapshotFixture.config(
        folder,
        registry.uri(),
        postgres,
        Arrays.stream(tables).map(JobFixture::rule).toArray(TableRule[]::new));
  }

  private static TableConfig table(String topic, String name) {
    return new TableConfig(topic, "moma", name, TableSettings.DEFAULTS);
  }

  private List<String> expected() {
    return server.query(
        DATABASE,
        "SELECT artist_id, name, nationality, birth_year, death_year, 'r', 'false' FROM artists ORDER BY artist_id");
  }

  private List<String> traces() {
    return SnapshotFixture.traces(server, DATABASE);
  }

  private Dataset<Row> load(TableConfig table) {
    return spark.read().format("hudi").load(location(table));
  }

  /** Everything under the warehouse but the leases, which go when their job ends. */
  private List<String> lakeFiles() throws Exception {
    Path warehouse = folder.resolve("warehouse");
    if (!Files.exists(warehouse)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(warehouse)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> warehouse.relativize(file).toString())
          .filter(file -> !file.contains("leases/") && !file.contains("jobs/"))
          .toList();
    }
  }

  @Test
  void everyKindOfTableIsLoadedAndGoesOnWithItsChanges() throws Exception {
    TableConfig[] tables = {
      table("cow", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT),
      table("mor", TableType.MERGE_ON_READ, List.of(), DeleteMode.HARD),
      table("cow_parts", TableType.COPY_ON_WRITE, List.of("nationality"), DeleteMode.HARD),
      table("mor_parts", TableType.MERGE_ON_READ, List.of("nationality"), DeleteMode.SOFT),
      PartitionMovesTest.partitioned(
          "global", TableType.COPY_ON_WRITE, DeleteMode.HARD, IndexKind.GLOBAL)
    };
    SnapshotResult result = job(postgres("public.artists"), false, tables).run();

    assertThat(result.resumed()).isEmpty();
    assertThat(result.loaded())
        .hasSize(tables.length)
        .allMatch(loaded -> loaded.rows() == 3000)
        .allMatch(loaded -> loaded.bytes() > 3000 * 20);
    long lsn = LogSequenceNumber.valueOf(result.lsn()).asLong();
    for (TableConfig table : tables) {
      assertThat(rows(table)).as(table.name()).isEqualTo(expected());
      assertThat(
              load(table)
                  .filter(
                      "__op = 'r' and __offset = -1 and __partition is null and not __deleted and __db = 'museum' and __schema = 'public' and __table = 'artists' and __source_ts_ms > 1000000000000 and __lsn = "
                          + lsn)
                  .count())
          .isEqualTo(3000);
      assertThat(
              spark
                  .read()
                  .format("hudi")
                  .option("hoodie.datasource.query.type", "read_optimized")
                  .load(location(table))
                  .count())
          .as("rows without logs")
          .isEqualTo(3000);
      assertThat(timeline(table).position(TOPIC)).contains(TopicPosition.START);
    }
    assertThat(traces()).containsExactly("publication museum", "slot museum");
    assertThat(
            server.query(DATABASE, "SELECT confirmed_flush_lsn, plugin FROM pg_replication_slots"))
        .containsExactly(result.lsn() + "|pgoutput");
    assertThat(
            server.query(
                DATABASE, "SELECT obj_description(oid, 'pg_publication') FROM pg_publication"))
        .singleElement()
        .asString()
        .startsWith("freshet-snapshot {")
        .contains("\"slot\":\"museum\"", result.lsn(), "\"finished\":true");

    for (int id = 1; id <= 3000; id += 100) {
      log.change("u", id, "changed", id % 300 == 1 ? "Belgian" : "French", 1, null);
      log.delete(id + 1);
    }
    log.change("c", 4000, "new", "Swiss", 2, null).land();
    ingest(tables);
    for (TableConfig table : tables) {
      boolean soft = table.deletes() == DeleteMode.SOFT;
      assertThat(rows(table)).as(table.name()).hasSize(soft ? 3001 : 2971);
      assertThat(load(table).selectExpr("count(distinct artist_id)").first().getLong(0))
          .isEqualTo(soft ? 3001 : 2971);
      assertThat(load(table).filter("name = 'changed' and __op = 'u' and __offset >= 0").count())
          .as(table.name())
          .isEqualTo(30);
      assertThat(load(table).filter("not __deleted").count()).isEqualTo(2971);
    }
  }

  private TableTimeline timeline(TableConfig table) {
    return new TableTimeline(
        table.name(), location(table), spark.sparkContext().hadoopConfiguration());
  }

  @Test
  // The registry of the tests has no key for this topic.
  void severalTablesAreOneImageAndAQuietOneCanBeIngested() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE keyless_works (id bigint, \"Their Title\" text, price numeric(10,2), tags text[], at timestamptz, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
        "CREATE TABLE works_1 PARTITION OF keyless_works FOR VALUES FROM (0) TO (500)",
        "CREATE TABLE works_2 PARTITION OF keyless_works FOR VALUES FROM (500) TO (1000000)",
        "INSERT INTO keyless_works SELECT i, 'title ' || i, i / 7.0, ARRAY['a', NULL], '1500-02-28 12:00:00.123456+00' FROM generate_series(1, 2000) i",
        "CREATE TABLE nothing (id int PRIMARY KEY, note text)",
        "CREATE TABLE unread (id int PRIMARY KEY)",
        "CREATE VIEW seen AS SELECT 1 AS id");
    TableConfig artists = table("artists", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig works = table("moma.public.keyless_works", "works");
    TableConfig nothing = table("moma.public.nothing", "nothing");
    SnapshotJob job = job(postgres("public.*"), false, artists, works, nothing);
    assertThat(job.plan().skipped().keySet())
        .containsExactlyInAnyOrder("public.unread", "public.seen");
    job.run();
    assertThat(rows(artists)).hasSize(3000);
    assertThat(
            load(works)
                .orderBy("id")
                .selectExpr(
                    "id",
                    "Their_Title",
                    "price",
                    "array_join(tags, ',', '?')",
                    "unix_micros(at)",
                    "__table")
                .limit(1)
                .collectAsList()
                .get(0)
                .mkString("|"))
        .isEqualTo("1|title 1|0.14|a,?|" + micros() + "|keyless_works");
    assertThat(load(works).count()).isEqualTo(2000);
    assertThat(load(nothing).count()).isZero();
    assertThat(server.query(DATABASE, "SELECT tablename FROM pg_publication_tables ORDER BY 1"))
        .containsExactly("artists", "keyless_works", "nothing");
    // No message has come yet: neither the topics nor their schemas are there.
    log.change("u", 1, "changed", "French", 1, null).land();
    new IngestJob(config(postgres("public.*"), artists, works), spark, Clock.systemUTC(), true)
        .run();
    assertThat(rows(artists)).hasSize(3000).contains("1|changed|French|1|null|u|false");
    assertThat(load(works).count()).isEqualTo(2000);
  }

  private String micros() {
    return server
        .query(
            DATABASE,
            "SELECT (extract(epoch FROM timestamptz '1500-02-28 12:00:00.123456+00') * 1000000)::bigint")
        .get(0);
  }

  @Test
  void aFailureLeavesNothingUnlessItIsToBeKept() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE prices (id int PRIMARY KEY, price numeric)",
        "INSERT INTO prices VALUES (1, 0.1234567890123456789)");
    TableConfig artists = table("artists", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig prices = table("moma.public.prices", "prices");
    for (boolean keep : List.of(false, true)) {
      SnapshotJob job = job(postgres("public.*"), keep, artists, prices);
      assertThatThrownBy(job::run)
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("column price of public.prices holds 0.1234567890123456789")
          .hasMessageContaining("bare-numeric: string");
      if (keep) {
        assertThat(traces()).contains("slot museum", "publication museum");
      } else {
        assertThat(traces()).isEmpty();
        assertThat(lakeFiles()).isEmpty();
      }
    }
    server.execute(DATABASE, "INSERT INTO artists VALUES (5000, 'late', 'late', 1, 1)");
    server.execute(DATABASE, "UPDATE prices SET price = 1");
    // What was kept is of the same snapshot, in which the price is as it was.
    assertThatThrownBy(() -> job(postgres("public.*"), true, artists, prices).run())
        .hasMessageContaining("column price of public.prices holds 0.1234567890123456789");
    server.execute(
        DATABASE,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'freshet holder%'");
    Awaitility.await().until(() -> traces().stream().noneMatch(line -> line.startsWith("holder")));
    // As where the run is killed when it has made that folder and no table yet.
    Path meta = Path.of(URI.create(location(prices))).resolve(".hoodie");
    Path left = Files.move(meta.resolve("hoodie.properties"), meta.resolve("left"));
    SnapshotResult result = job(postgres("public.*"), false, artists, prices).run();
    assertThat(result.resumed()).as("started over").isEmpty();
    assertThat(left).as("of the run before").doesNotExist();
    assertThat(rows(artists)).hasSize(3001);
    assertThat(load(prices).count()).isEqualTo(1);
  }

  @Test
  void aFinishedSnapshotIsNotTakenTwice() throws Exception {
    TableConfig artists = table("artists", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    SnapshotResult result = job(postgres("public.artists"), false, artists).run();
    assertThatThrownBy(() -> job(postgres("public.artists"), false, artists).run())
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(
            "the snapshot with the slot museum is finished, at LSN " + result.lsn())
        .hasMessageContaining("pg_drop_replication_slot('museum')");
    dropSlots();
    assertThatThrownBy(() -> job(postgres("public.artists"), false, artists).run())
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("moma.artists at")
        .hasMessageContaining("has rows already, of the snapshot");
    assertThat(rows(artists)).isEqualTo(expected());
  }

  @Test
  void whatCanNotBeIsSaidBeforeAnythingIsMade() throws Exception {
    TableConfig artists = table("artists", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    refused("wr0ng", artists, "refuses the password of user limited; check postgres.password");
    refused(
        TestPostgres.PASSWORD,
        artists,
        "user limited may not make a replication slot",
        "ALTER ROLE \"limited\" REPLICATION");
    server.execute(DATABASE, "ALTER ROLE limited REPLICATION");
    refused(
        TestPostgres.PASSWORD,
        artists,
        "user limited may not read public.artists",
        "GRANT SELECT ON public.artists");
    server.execute(DATABASE, "GRANT SELECT ON artists TO limited");
    refused(TestPostgres.PASSWORD, artists, "user limited does not own public.artists");
    server.execute(DATABASE, "ALTER TABLE artists OWNER TO limited");
    refused(
        TestPostgres.PASSWORD,
        artists,
        "may not create the publication museum",
        "GRANT CREATE ON DATABASE \"museum\"");
    server.execute(DATABASE, "GRANT CREATE ON DATABASE museum TO limited");
    server.execute(
        DATABASE,
        "SELECT pg_create_physical_replication_slot('taken_' || i) FROM generate_series(1, 4) i");
    refused(
        TestPostgres.PASSWORD,
        artists,
        "no replication slot is left: max_replication_slots is 4 and 4 are there");
    dropSlots();
    server.execute(DATABASE, "SELECT pg_create_logical_replication_slot('museum', 'pgoutput')");
    refused(
        TestPostgres.PASSWORD,
        artists,
        "the replication slot museum is there",
        "pg_drop_replication_slot('museum')");
    dropSlots();
    server.execute(DATABASE, "CREATE PUBLICATION museum");
    refused(
        TestPostgres.PASSWORD,
        artists,
        "publication museum is there, but lacks",
        "table public.artists");
    server.execute(DATABASE, "DROP PUBLICATION museum", "ALTER TABLE artists SET UNLOGGED");
    refused(TestPostgres.PASSWORD, artists, "public.artists can't be published", "SET LOGGED");
    server.execute(
        DATABASE,
        "ALTER TABLE artists SET LOGGED",
        "ALTER TABLE artists DROP CONSTRAINT artists_pkey");
    refused(TestPostgres.PASSWORD, artists, "public.artists has no primary key");
    server.execute(DATABASE, "ALTER TABLE artists ADD PRIMARY KEY (artist_id)");
    refused(
        TestPostgres.PASSWORD,
        table("moma.public.other", "other"),
        "public.artists can't be loaded: its topic moma.public.artists is in no entry of tables");
    log.change("c", 1, "A", "French", 1, null).land();
    refused(TestPostgres.PASSWORD, artists, "topic moma.public.artists holds 1 changes");
    assertThat(lakeFiles()).isEmpty();
    server.execute(
        DATABASE,
        "ALTER TABLE artists OWNER TO postgres",
        "ALTER ROLE limited NOREPLICATION",
        "REVOKE CREATE ON DATABASE museum FROM limited",
        "REVOKE ALL ON artists FROM limited");
  }

  private void refused(String password, TableConfig table, String... words) {
    List<String> before = traces();
    PostgresConfig limited =
        SnapshotFixture.postgres(
            server.port(), DATABASE, TestPostgres.LIMITED, password, "public.artists");
    assertThatThrownBy(() -> job(limited, false, table).run())
        .isInstanceOf(LakeException.class)
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain(password);
    assertThat(traces()).isEqualTo(before);
  }

  @Test
  void aServerWithoutLogicalDecodingIsRefused() throws Exception {
    try (TestPostgres other = TestPostgres.start(Map.of("wal_level", "replica"))) {
      other.create(DATABASE);
      other.execute(DATABASE, SnapshotFixture.ARTISTS);
      PostgresConfig postgres =
          SnapshotFixture.postgres(
              other.port(), DATABASE, TestPostgres.SUPERUSER, "none", "public.artists");
      TableConfig artists = table("artists", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
      assertThatThrownBy(() -> job(postgres, false, artists).run())
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("wal_level of PostgreSQL at jdbc:postgresql://127.0.0.1")
          .hasMessageContaining("is 'replica'; set wal_level = logical");
      assertThat(SnapshotFixture.traces(other, DATABASE)).isEmpty();
    }
  }

  /** Killed in the middle, it goes on where it was; the first table is not read again. */
  @Test
  void aKilledSnapshotGoesOn() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE works (id int PRIMARY KEY, title text)",
        "INSERT INTO works SELECT i, 'title ' || i FROM generate_series(1, 10) i");
    TableConfig artists = table("artists", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig works = table("moma.public.works", "works");
    Path output = folder.resolve("killed.log");
    try (var connection = server.connect(DATABASE);
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      Process process =
          Forked.start(
              output,
              ForkedSnapshot.class,
              folder.toString(),
              registry.uri().toString(),
              Integer.toString(server.port()),
              DATABASE);
      try {
        Awaitility.await("the slot")
            .atMost(Duration.ofMinutes(2))
            .until(() -> traces().contains("holder freshet holder museum"));
        // The smaller table is loaded second; it can't be read now.
        statement.execute("LOCK TABLE works IN ACCESS EXCLUSIVE MODE");
        Awaitility.await("the first table")
            .atMost(Duration.ofMinutes(2))
            .until(() -> Files.readString(output).contains("loaded table=moma.artists"));
      } finally {
        process.destroyForcibly().waitFor();
      }
      connection.rollback();
    }
    server.execute(
        DATABASE,
        "INSERT INTO works VALUES (11, 'after it')",
        "UPDATE artists SET name = 'after it' WHERE artist_id = 1");
    String lsn =
        server.query(DATABASE, "SELECT confirmed_flush_lsn FROM pg_replication_slots").get(0);
    List<String> first = instants(artists);

    SnapshotResult result = job(postgres("public.*"), false, artists, works).run();

    assertThat(result.lsn()).isEqualTo(lsn);
    assertThat(result.resumed()).containsExactly("moma.artists");
    assertThat(result.loaded())
        .extracting(SnapshotResult.Loaded::table)
        .containsExactly("moma.works");
    assertThat(instants(artists)).isEqualTo(first);
    assertThat(load(works).count()).isEqualTo(10);
    assertThat(load(artists).filter("name = 'after it'").count()).isZero();
    assertThat(traces()).containsExactly("publication museum", "slot museum");
  }
}
