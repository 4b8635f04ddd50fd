package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A bulk snapshot of tables that are written all the while, killed once in the middle, and handed
 * over to Debezium, with a kill of the job that goes on from there: afterwards the lake equals
 * PostgreSQL, row by row and column by column.
 */
class SnapshotIT {
  private static final String NAME = "moved";
  private static final int ROWS = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Of each table: a column, how PostgreSQL prints it, and how the lake prints the same. */
  private static final Map<String, Map<String, String[]>> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put(
        "orders",
        columns("id", "customer", "amount", "note", "micros(at)", "doc", "flag", "hex(scan)"));
    TABLES.put("items", columns("order_id", "line", "title", "bare(price)"));
    TABLES.put("customers", columns("name", "region", "born"));
    TABLES.put("events", columns("id", "day", "kind"));
    TABLES.put("settings", columns("key", "value"));
  }

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private final Random random = new Random(5);
  private final AtomicLong changes = new AtomicLong();
  private Connection writer;
  private boolean applied;

  private static Map<String, String[]> columns(String... names) {
    Map<String, String[]> columns = new LinkedHashMap<>();
    for (String name : names) {
      String column = name.replaceAll(".*\\(|\\)", "");
      String[] texts =
          name.startsWith("micros(")
              ? new String[] {
                "(extract(epoch from " + column + ") * 1000000)::bigint::text",
                "cast(unix_micros(" + column + ") as string)"
              }
              : name.startsWith("hex(")
                  ? new String[] {"encode(" + column + ", 'hex')", "lower(hex(" + column + "))"}
                  : name.startsWith("bare(")
                      ? new String[] {
                        column + "::numeric(38,18)::text", "cast(" + column + " as string)"
                      }
                      : new String[] {column + "::text", "cast(" + column + " as string)"};
      columns.put(column, texts);
    }
    return columns;
  }

  private void create() {
    pipeline.execute(
        "create schema moved",
        "create table moved.orders (id int primary key, customer text not null, amount numeric(12,2), note text, at timestamptz, doc jsonb, flag boolean, scan bytea)",
        "alter table moved.orders alter column note set storage external",
        "insert into moved.orders select i, 'c' || i % 500, i / 7.0, repeat('note ' || i, 1 + i % 600), timestamptz '1999-12-31 23:59:59.123456+00' + i * interval '1 hour', jsonb_build_object('i', i), i % 3 = 0, decode(md5(i::text), 'hex') from generate_series(1, 20000) i",
        "create table moved.items (order_id int, line int, title text, price numeric, primary key (order_id, line))",
        "insert into moved.items select i, l, 'title ' || l, i / 10.0 from generate_series(1, 20000) i, generate_series(1, 2) l",
        "create table moved.customers (name text primary key, region text, born date)",
        "insert into moved.customers select 'c' || i, (array['north', 'south', 'east'])[1 + i % 3], date '1950-01-01' + i from generate_series(1, 5000) i",
        "create table moved.events (id bigint, day date, kind text, primary key (id, day)) partition by range (day)",
        "create table moved.events_1 partition of moved.events for values from ('2020-01-01') to ('2022-01-01')",
        "create table moved.events_2 partition of moved.events for values from ('2022-01-01') to ('2030-01-01')",
        "insert into moved.events select i, date '2020-01-01' + i % 2000, 'kind ' || i % 5 from generate_series(1, 20000) i",
        "create table moved.settings (key text primary key, value text)",
        "insert into moved.settings values ('never', 'changes')");
  }

  private Path config() throws Exception {
    Path file =
        Ingest.config(
            pipeline,
            NAME,
            """
            - {topic: moved.moved.orders, database: moved, table: orders, type: merge-on-read}
            - {topic: moved.moved.orders, database: moved, table: orders_cow, type: copy-on-write, deletes: hard}
            - {topic: moved.moved.items, database: moved, table: items, type: copy-on-write}
            - {topic: moved.moved.customers, database: moved, table: customers, type: merge-on-read, partition-by: [region]}
            - {topic: moved.moved.events, database: moved, table: events, type: merge-on-read}
            - {topic: moved.moved.settings, database: moved, table: settings}
            """);
    Files.writeString(
        file,
        Files.readString(file)
            + """
            postgres:
              host: ${env:FRESHET_POSTGRES_HOST}
              port: ${env:FRESHET_POSTGRES_PORT}
              database: ${env:FRESHET_POSTGRES_DATABASE}
              user: ${env:FRESHET_POSTGRES_USER}
              password: ${env:FRESHET_POSTGRES_PASSWORD}
              topic-prefix: moved
              slot: moved
              tables: [moved.*]
            verify:
              bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
            """);
    return file;
  }

  private Path source(Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("topic.prefix", "moved");
    settings.put("slot.name", "moved");
    settings.put("publication.name", "moved");
    settings.put("table.include.list", "moved\\..*");
    settings.put("snapshot.mode", "no_data");
    settings.putAll(more);
    return connectors.variant("moma-postgres-source", NAME, settings);
  }

  @Test
  void noChangeIsLostAndNoneIsThereTwice() throws Exception {
    create();
    Path config = config();
    writer = pipeline.database();
    writer.setAutoCommit(false);
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> turns =
        thread.scheduleAtFixedRate(this::write, 0, 100, TimeUnit.MILLISECONDS);
    try {
      snapshotKilledOnce(config);
      refusals();
      applied = true;
      connectors.run(
          "apply",
          source(Map.of()),
          connectors.variant(
              "moma-s3-sink",
              NAME + "-sink",
              Map.of("topics.regex", "moved\\.moved\\..*", "rotate.interval.ms", "1000")));
      try (Ingest killed = Ingest.start(pipeline, config)) {
        Awaitility.await("commits").atMost(PATIENCE).until(() -> killed.commits() > 3);
        killed.kill();
      }
      try (Ingest ingest = Ingest.start(pipeline, config)) {
        Awaitility.await("commits").atMost(PATIENCE).until(() -> ingest.commits() > 3);
        assertThat(turns.isDone()).as("the writer broke").isFalse();
        stop(thread, turns);
        System.out.printf("snapshot: %d changes meanwhile%n", changes.get());
        for (String lake :
            List.of("orders", "orders_cow", "items", "customers", "events", "settings")) {
          awaitEqual(lake, lake.replace("_cow", ""));
        }
        verify(config);
        ingest.stop();
      }
    } finally {
      stop(thread, turns);
      if (applied) {
        connectors.run("delete", NAME, NAME + "-sink");
      }
    }
  }

  /** What the comparison above has seen must be what the command says. */
  private void verify(Path config) throws Exception {
    Path log = pipeline.folder().resolve("snapshot-verify.log");
    List<String> command = List.of("verify", "--config", config.toString(), "--json");
    try (Ingest verify = Ingest.start(pipeline.lake(command), log)) {
      verify.finish();
      assertThat(verify.log().lines().filter(line -> line.contains("\"equal\":true"))).hasSize(6);
    }
  }

  private void stop(ScheduledExecutorService thread, ScheduledFuture<?> turns) throws Exception {
    turns.cancel(false);
    thread.shutdown();
    assertThat(thread.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    writer.close();
  }

  private void snapshotKilledOnce(Path config) throws Exception {
    Path log = pipeline.folder().resolve("snapshot.log");
    List<String> command =
        List.of("snapshot", "--config", config.toString(), "--concurrent-tables", "1");
    try (Ingest first = Ingest.start(pipeline.lake(command), log)) {
      Awaitility.await("a first table").atMost(PATIENCE).until(() -> hasLoaded(first));
      assertThat(loads(config)).contains("loaded").containsAnyOf("loading", "waiting");
      first.kill();
      assertThat(loads(config)).as("a note that was left behind").isEmpty();
    }
    String lsn = lsn();
    try (Ingest second = Ingest.start(pipeline.lake(command), log)) {
      second.finish();
      assertThat(second.log())
          .contains("going on with slot=moved lsn=" + lsn)
          .contains("was loaded by the run before")
          .contains("All tables are as of LSN " + lsn)
          .doesNotContain(pipeline.env("FRESHET_POSTGRES_PASSWORD"));
    }
  }

  /** The states of the tables that a running snapshot loads, as {@code status} says them. */
  private List<String> loads(Path config) throws Exception {
    Path log = Files.createTempFile(pipeline.folder(), "status-", ".log");
    List<String> command = List.of("status", "--config", config.toString(), "--json");
    try (Ingest status = Ingest.start(pipeline.lake(command), log)) {
      // Its exit code says of ingest that it has no topics to read yet.
      Awaitility.await("status").atMost(PATIENCE).until(() -> !status.isAlive());
      String printed = status.log();
      return Connectors.JSON
          .readTree(printed.substring(printed.indexOf("{")))
          .at("/snapshot/tables")
          .findValuesAsText("state");
    }
  }

  private static boolean hasLoaded(Ingest job) throws Exception {
    assertThat(job.isAlive()).as(job.log()).isTrue();
    return job.log().contains("loaded table=");
  }

  private String lsn() throws SQLException {
    try (Connection connection = pipeline.database();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "select confirmed_flush_lsn from pg_replication_slots where slot_name = 'moved'")) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  /** A config that would read all again, or skip something, changes nothing. */
  private void refusals() throws Exception {
    assertThat(connectors.refused("apply", source(Map.of("snapshot.mode", "initial"))))
        .contains("snapshot.mode: initial → would read all tables again")
        .contains("set it to no_data")
        .contains("nothing was changed");
    assertThat(connectors.refused("apply", source(Map.of("table.include.list", "moved.orders"))))
        .contains("leaves out moved.customers, moved.events, moved.items, moved.settings");
    assertThat(connectors.refused("apply", source(Map.of("slot.name", "another"))))
        .contains("slot.name: another → 'freshet snapshot' has loaded the tables")
        .contains("for moved");
    assertThat(connectors.refused("apply", source(Map.of("topic.prefix", "other"))))
        .contains("topic.prefix: other → ");
  }

  /** Fifty changes of all kinds, on few keys, in one transaction. */
  private void write() {
    try (Statement statement = writer.createStatement()) {
      for (int i = 0; i < 50; i++) {
        changes.addAndGet(statement.executeUpdate(change(random)));
      }
      writer.commit();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String change(Random random) {
    int id = 1 + random.nextInt(ROWS + 2_000);
    return switch (random.nextInt(10)) {
      case 0 -> "delete from moved.orders where id = " + id;
      case 1 ->
          "insert into moved.orders values (%d, 'new', 1.5, 'new', now(), '{}', true, '\\x00') on conflict (id) do update set customer = 'again'"
              .formatted(id);
      // The long note is stored out of line, and not logged.
      case 2, 3 -> "update moved.orders set amount = amount + 1 where id = " + id;
      case 4 -> "update moved.orders set note = 'short', flag = null where id = " + id;
      case 5 ->
          "update moved.customers set region = (array['north', 'south', 'east', 'west'])[%d] where name = 'c%d'"
              .formatted(1 + random.nextInt(4), id % 5_000);
      case 6 -> "delete from moved.items where order_id = %d and line = 2".formatted(id);
      case 7 -> "update moved.items set price = price * 2 where order_id = " + id;
      case 8 -> "update moved.events set kind = 'changed' where id = " + id;
      default ->
          "insert into moved.events values (%d, date '2020-01-01' + %d, 'new') on conflict do nothing"
              .formatted(id + ROWS, id % 3_000);
    };
  }

  private void awaitEqual(String lake, String table) throws Exception {
    List<String> expected = new ArrayList<>();
    Map<String, String[]> columns = TABLES.get(table);
    String line =
        "concat_ws('|', "
            + String.join(", ", columns.values().stream().map(text -> coalesced(text[0])).toList())
            + ")";
    try (Connection connection = pipeline.database();
        var rows =
            connection
                .createStatement()
                .executeQuery("select %s from moved.%s".formatted(line, table))) {
      while (rows.next()) {
        expected.add(rows.getString(1));
      }
    }
    List<String> sorted = expected.stream().sorted().toList();
    Awaitility.await(lake)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(onOneSide(lake(lake, columns), sorted)).isEmpty());
    assertThat(sorted).hasSizeGreaterThan(0);
  }

  /** The first rows that only one side has. */
  private static List<String> onOneSide(List<String> lake, List<String> postgres) {
    Map<String, Integer> counts = new HashMap<>();
    lake.forEach(row -> counts.merge(row, 1, Integer::sum));
    postgres.forEach(row -> counts.merge(row, -1, Integer::sum));
    return counts.entrySet().stream()
        .filter(row -> row.getValue() != 0)
        .map(row -> (row.getValue() > 0 ? "lake: " : "postgres: ") + row.getKey())
        .map(row -> row.substring(0, Math.min(160, row.length())))
        .limit(5)
        .toList();
  }

  private List<String> lake(String lake, Map<String, String[]> columns) {
    String line =
        "concat_ws('|', "
            + String.join(", ", columns.values().stream().map(text -> coalesced(text[1])).toList())
            + ")";
    return pipeline
        .sql()
        .query("select %s as line from moved.%s where not __deleted".formatted(line, lake))
        .stream()
        .map(row -> row.get("line").asText())
        .toList();
  }

  private static String coalesced(String text) {
    return "coalesce(" + text + ", '~')";
  }
}
