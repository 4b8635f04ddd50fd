package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Random changes, while {@code ingest} is killed again and again and goes on from the other source
 * each time: the lake equals PostgreSQL whenever the changes pause, and what it was then can be
 * read as of then afterwards.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EqualityIT {
  private static final int SECONDS = Integer.getInteger("freshet.equality.seconds", 60);
  private static final int PAUSES = Integer.getInteger("freshet.equality.pauses", 2);
  private static final long SEED = Long.getLong("freshet.equality.seed", 1);
  private static final int PER_SECOND = Integer.getInteger("freshet.equality.rate", 60);
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String SCHEMA = "equality";

  /** As Hudi reads instants, in the zone of its timeline. */
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  /** A column: how PostgreSQL prints it, and how the lake prints the same. */
  private record Column(String postgres, String lake) {}

  /** A lake table and the PostgreSQL table that it must equal. */
  private record Pair(String lake, String postgres) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("env_cow", "items"),
          new Pair("env_mor", "items"),
          new Pair("env_global", "items"),
          new Pair("flat_cow", "items"),
          new Pair("flat_mor", "items"),
          new Pair("notes_cow", "notes"),
          new Pair("notes_mor", "notes"));

  private static final String TABLES =
      """
      - {topic: eqenv.equality.items, database: equality, table: env_cow, type: copy-on-write, partition-by: [grp]}
      - {topic: eqenv.equality.items, database: equality, table: env_mor, type: merge-on-read, partition-by: [grp], deletes: hard}
      - {topic: eqenv.equality.items, database: equality, table: env_global, type: merge-on-read, partition-by: [grp], index: global}
      - {topic: eqflat.equality.items, database: equality, table: flat_cow, type: copy-on-write, deletes: hard}
      - {topic: eqflat.equality.items, database: equality, table: flat_mor, type: merge-on-read}
      - {topic: eqenv.equality.notes, database: equality, table: notes_cow, type: copy-on-write}
      - {topic: eqenv.equality.notes, database: equality, table: notes_mor, type: merge-on-read, deletes: hard}
      """;

  private final Map<String, Map<String, Column>> columns = new TreeMap<>();
  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private RandomChanges changes;
  private List<Path> sources;
  private int starts;
  private Ingest ingest;

  /** What the tables held when nothing changed, and when that was seen in the lake. */
  private record Pause(Instant at, Map<String, List<String>> rows, List<String> selected) {}

  @BeforeAll
  void start() throws Exception {
    columns.put("items", itemColumns());
    columns.put("notes", new LinkedHashMap<>());
    same("notes", "name", "n", "body");
    changes = new RandomChanges(pipeline, SCHEMA, SEED, PER_SECOND);
    changes.create();
    connectors.run(
        "apply",
        source("eqenv", SCHEMA + ".items," + SCHEMA + ".notes", Map.of()),
        source("eqflat", SCHEMA + ".items", Connectors.FLATTENED),
        connectors.variant(
            "moma-s3-sink",
            "equality-sink",
            Map.of("topics.regex", "(eqenv|eqflat).equality.(.*)", "rotate.interval.ms", "1000")));
    sources =
        List.of(
            Ingest.config(pipeline, "equality-landing", TABLES),
            Ingest.config(
                pipeline,
                "equality-kafka",
                """
                kind: kafka
                bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
                """,
                TABLES));
  }

  private Path source(String name, String tables, Map<String, String> more) throws Exception {
    Map<String, String> settings = new LinkedHashMap<>(more);
    settings.put("topic.prefix", name);
    settings.put("slot.name", name);
    settings.put("publication.name", name);
    settings.put("table.include.list", tables);
    return connectors.variant("moma-postgres-source", name, settings);
  }

  private Map<String, Column> itemColumns() {
    Map<String, Column> items = new LinkedHashMap<>();
    for (String name : List.of("id", "grp", "title", "body", "doc", "qty", "price", "day")) {
      items.put(name, new Column(name + "::text", "cast(" + name + " as string)"));
    }
    items.put("scan", new Column("encode(scan, 'hex')", "lower(hex(scan))"));
    items.put("tags", new Column("array_to_string(tags, ',', '?')", "array_join(tags, ',', '?')"));
    // Eighths: exact in both widths, and whole numbers once multiplied.
    items.put(
        "weight",
        new Column("(weight * 8)::bigint::text", "cast(cast(weight * 8 as bigint) as string)"));
    items.put(
        "at",
        new Column(
            "(extract(epoch from at) * 1000000)::bigint::text", "cast(unix_micros(at) as string)"));
    items.put("flag", new Column("flag::text", "cast(flag as string)"));
    return items;
  }

  private void same(String table, String... names) {
    for (String name : names) {
      columns.get(table).put(name, new Column(name + "::text", "cast(" + name + " as string)"));
    }
  }

  @AfterAll
  void stop() {
    if (changes != null) {
      changes.close();
    }
    if (ingest != null) {
      ingest.close();
    }
    connectors.run("delete", "eqenv", "eqflat", "equality-sink");
  }

  @Test
  void theLakeIsWhatPostgresIs() throws Exception {
    restart();
    awaitEqual(images());
    changes.start();
    List<Pause> pauses = new ArrayList<>();
    Duration step = Duration.ofSeconds(SECONDS).dividedBy(PAUSES);
    for (int i = 0; i < PAUSES; i++) {
      for (Duration left = step;
          left.compareTo(Duration.ZERO) > 0;
          left = left.minus(BETWEEN_KILLS)) {
        pass(left.compareTo(BETWEEN_KILLS) < 0 ? left : BETWEEN_KILLS);
        ingest.kill();
        restart();
      }
      int number = i;
      changes.whileQuiet(
          () -> {
            pauses.add(pause());
            alter(number);
          });
    }
    changes.stop();
    awaitEqual(images());
    for (Pause pause : pauses) {
      for (Pair pair : PAIRS) {
        assertThat(
                lake(
                    pair,
                    " timestamp as of '" + INSTANT.format(pause.at()) + "'",
                    pause.selected()))
            .as("%s as of %s", pair.lake(), pause.at())
            .isEqualTo(pause.rows().get(pair.postgres()));
      }
    }
    ingest.stop();
    System.out.printf(
        "equality: %d statements in %d s, ingest killed %d times, equal at %d pauses, as of each of"
            + " them, and in the end%n",
        changes.statements(), SECONDS, starts - 1, PAUSES);
  }

  private void restart() throws Exception {
    ingest = Ingest.start(pipeline, sources.get(starts++ % sources.size()));
  }

  private void pass(Duration time) throws Exception {
    Instant until = Instant.now().plus(time);
    Awaitility.await()
        .atMost(time.plusSeconds(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              changes.requireAlive();
              return !Instant.now().isBefore(until);
            });
    assertThat(ingest.isAlive()).as(ingest.log()).isTrue();
  }

  private Pause pause() throws Exception {
    Map<String, List<String>> images = images();
    awaitEqual(images);
    return new Pause(Instant.now(), images, List.copyOf(columns.get("items").keySet()));
  }

  /** Columns come, go, and widen. */
  private void alter(int number) {
    switch (number % 4) {
      case 0 -> {
        pipeline.execute(
            "alter table equality.items add column extra text",
            "alter table equality.items alter column qty type bigint",
            "update equality.items set extra = 'extra ' || id, qty = qty * 3::bigint where id % 3 = 0");
        same("items", "extra");
      }
      case 1 ->
          pipeline.execute(
              "alter table equality.items alter column price type numeric(12,2)",
              "alter table equality.items alter column weight type double precision",
              "update equality.items set price = price * 1000 where id % 4 = 1");
      case 2 -> {
        pipeline.execute("alter table equality.items drop column extra");
        columns.get("items").remove("extra");
      }
      default -> pipeline.execute("alter table equality.items alter column title drop not null");
    }
  }

  private Map<String, List<String>> images() throws SQLException {
    Map<String, List<String>> images = new TreeMap<>();
    for (String table : columns.keySet()) {
      List<String> rows = new ArrayList<>();
      String line =
          "concat_ws('|', "
              + String.join(
                  ", ",
                  columns.get(table).values().stream()
                      .map(column -> "coalesce(" + column.postgres() + ", '~')")
                      .toList())
              + ")";
      try (var connection = pipeline.database();
          var statement = connection.createStatement();
          var results =
              statement.executeQuery("select " + line + " from " + SCHEMA + "." + table)) {
        while (results.next()) {
          rows.add(results.getString(1));
        }
      }
      images.put(table, rows.stream().sorted().toList());
    }
    return images;
  }

  private void awaitEqual(Map<String, List<String>> images) {
    for (Pair pair : PAIRS) {
      Awaitility.await(pair.lake())
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(
                          differences(
                              lake(pair, "", List.copyOf(columns.get(pair.postgres()).keySet())),
                              images.get(pair.postgres())))
                      .as(pair.lake())
                      .isEmpty());
    }
  }

  /** A few of the rows that only one side has, short enough to be read. */
  private static List<String> differences(List<String> lake, List<String> postgres) {
    List<String> extra = new ArrayList<>(lake);
    postgres.forEach(extra::remove);
    List<String> missing = new ArrayList<>(postgres);
    lake.forEach(missing::remove);
    List<String> differences = new ArrayList<>();
    extra.stream().limit(3).forEach(row -> differences.add("lake: " + shortened(row)));
    missing.stream().limit(3).forEach(row -> differences.add("postgres: " + shortened(row)));
    return differences;
  }

  private static String shortened(String row) {
    return row.replaceAll("([^|]{30})[^|]*", "$1…");
  }

  private List<String> lake(Pair pair, String asOf, List<String> selected) {
    Map<String, Column> all = columns.get(pair.postgres());
    String line =
        "concat_ws('|', "
            + String.join(
                ", ",
                (pair.postgres().equals("items") ? selected : List.copyOf(all.keySet()))
                    .stream().map(name -> "coalesce(" + lakeText(all, name) + ", '~')").toList())
            + ")";
    return pipeline
        .sql()
        .query(
            "select %s as line from equality.%s%s where not __deleted"
                .formatted(line, pair.lake(), asOf))
        .stream()
        .map(row -> row.get("line").asText())
        .sorted()
        .toList();
  }

  private static String lakeText(Map<String, Column> columns, String name) {
    Column column = columns.get(name);
    // A column that was dropped since is still in the lake.
    return column == null ? "cast(" + name + " as string)" : column.lake();
  }
}
