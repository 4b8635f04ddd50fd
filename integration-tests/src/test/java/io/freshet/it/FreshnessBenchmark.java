package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long after its commit in PostgreSQL a row can be queried, while four merge-on-read tables
 * take a hundred changes a second each: updates, moves between partitions, deletes, values that are
 * stored out of line. One row in a hundred is new and stays, and is what is measured.
 */
class FreshnessBenchmark {
  private static final int SECONDS = Integer.getInteger("freshet.freshness.seconds", 600);

  /** Until then the JVM has yet to compile what it runs; its rows are told apart. */
  private static final int WARMUP_SECONDS = Integer.getInteger("freshet.freshness.warmup", 60);

  /** Which of them to measure. */
  private static final String SOURCES =
      System.getProperty("freshet.freshness.sources", "kafka,landing");

  private static final int TABLES = 4;
  private static final int ROWS = 2_000;
  private static final int PER_SECOND = Integer.getInteger("freshet.freshness.rate", 100);
  private static final int PROBES = 1_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private final Map<String, Instant> committed = new ConcurrentHashMap<>();

  @ParameterizedTest
  @CsvSource({"kafka, 2000, 4000", "landing, 10000, 10000"})
  void fromPostgresCommitToVisible(String source, long median, long most) throws Exception {
    assumeThat(List.of(SOURCES.split(","))).contains(source);
    String database = "fresh_" + source;
    create(database);
    connectors.run("apply", postgres(database), sink(database));
    ExecutorService writers = Executors.newFixedThreadPool(TABLES);
    try (CommitTimes commits = new CommitTimes(pipeline);
        Ingest ingest = Ingest.start(pipeline, config(source, database))) {
      awaitRows(database, "id < " + PROBES, ROWS);
      List<Future<?>> work = new ArrayList<>();
      Instant measured = Instant.now().plusSeconds(WARMUP_SECONDS);
      Instant end = measured.plusSeconds(SECONDS);
      for (int table = 0; table < TABLES; table++) {
        int number = table;
        work.add(writers.submit(() -> write(database, number, end)));
      }
      while (Instant.now().isBefore(end)) {
        look(commits, database);
        work.stream().filter(Future::isDone).forEach(FreshnessBenchmark::get);
        TimeUnit.SECONDS.sleep(5);
      }
      work.forEach(FreshnessBenchmark::get);
      awaitRows(database, "id >= " + PROBES, committed.size() / TABLES);
      look(commits, database);
      List<Long> cold = latencies(commits, database, time -> time.isBefore(measured));
      List<Long> millis = latencies(commits, database, time -> !time.isBefore(measured));
      ingest.stop();
      long half = share(millis, 50);
      long p95 = share(millis, 95);
      System.out.printf(
          "freshness, %s, %d tables, %d changes/s each, %d s: %d rows, p50 %d ms (bar %d),"
              + " p95 %d ms (bar %d), most %d ms; in %d s before: p50 %d ms, p95 %d ms%n",
          source,
          TABLES,
          PER_SECOND,
          SECONDS,
          millis.size(),
          half,
          median,
          p95,
          most,
          millis.get(millis.size() - 1),
          WARMUP_SECONDS,
          share(cold, 50),
          share(cold, 95));
      assertThat(half).isLessThanOrEqualTo(median);
      assertThat(p95).isLessThanOrEqualTo(most);
    } finally {
      writers.shutdownNow();
      connectors.run("delete", database + "-source", database + "-sink");
      committed.clear();
    }
  }

  private void create(String database) {
    List<String> statements = new ArrayList<>(List.of("create schema " + database));
    for (int table = 0; table < TABLES; table++) {
      String name = database + ".t" + table;
      statements.add(
          "create table %s (id int primary key, grp text, n int, title text, body text, at timestamptz)"
              .formatted(name));
      statements.add("alter table %s alter column body set storage external".formatted(name));
      statements.add("alter table %s replica identity full".formatted(name));
      statements.add(
          "insert into %s select i, 'group ' || i %% 8, i, 'title ' || i, repeat('body ', 600), now() from generate_series(0, %d) i"
              .formatted(name, ROWS - 1));
    }
    pipeline.execute(statements.toArray(String[]::new));
  }

  private Path postgres(String database) throws Exception {
    return connectors.variant(
        "moma-postgres-source",
        database + "-source",
        Map.of(
            "topic.prefix", database,
            "slot.name", database,
            "publication.name", database,
            "table.include.list", database + ".t.*"));
  }

  private Path sink(String database) throws Exception {
    return connectors.variant(
        "moma-s3-sink",
        database + "-sink",
        Map.of("topics.regex", database + "\\..*", "rotate.interval.ms", "5000"));
  }

  private Path config(String source, String database) throws Exception {
    String tables =
        """
        - include: [%1$s.%1$s.*]
          database: %1$s
          table: "{table}"
          type: merge-on-read
          partition-by: [grp]
        """
            .formatted(database);
    return source.equals("landing")
        ? Ingest.config(pipeline, database, tables)
        : Ingest.config(
            pipeline,
            database,
            """
            kind: kafka
            bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
            """,
            tables);
  }

  private Void write(String database, int table, Instant end) throws Exception {
    Random random = new Random(table);
    String name = database + ".t" + table;
    int perTransaction = Math.max(1, PER_SECOND / 10);
    try (Connection connection = pipeline.database();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      Instant next = Instant.now();
      for (int i = 0; Instant.now().isBefore(end); i++) {
        for (int change = 0; change < perTransaction - 1; change++) {
          change(statement, name, random);
        }
        boolean probe = i % 10 == 0;
        if (probe) {
          statement.execute(
              "insert into %s values (%d, 'group %d', 0, 'probe', null, now())"
                  .formatted(name, PROBES + i / 10, random.nextInt(8)));
        } else {
          change(statement, name, random);
        }
        connection.commit();
        if (probe) {
          committed.put("t" + table + "/" + (PROBES + i / 10), Instant.now());
        }
        next = next.plusMillis(100);
        TimeUnit.MILLISECONDS.sleep(Math.max(0, Duration.between(Instant.now(), next).toMillis()));
      }
    }
    return null;
  }

  private static void change(Statement statement, String table, Random random) throws SQLException {
    int id = random.nextInt(ROWS);
    statement.execute(
        switch (random.nextInt(10)) {
          case 0 -> "delete from %s where id = %d".formatted(table, id);
          case 1, 2 ->
              "insert into %s values (%d, 'group %d', 1, 'again', repeat('new ', 700), now()) on conflict (id) do nothing"
                  .formatted(table, id, random.nextInt(8));
          case 3 ->
              "update %s set grp = 'group %d' where id = %d"
                  .formatted(table, random.nextInt(8), id);
          case 4 -> "update %s set body = repeat('long ', 500) where id = %d".formatted(table, id);
          default -> "update %s set n = n + 1, at = now() where id = %d".formatted(table, id);
        });
  }

  private void awaitRows(String database, String where, int count) {
    for (int table = 0; table < TABLES; table++) {
      String name = database + ".t" + table;
      Awaitility.await(name)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .ignoreExceptions()
          .until(
              () ->
                  pipeline
                          .sql()
                          .query("select count(*) n from %s where %s".formatted(name, where))
                          .get(0)
                          .get("n")
                          .asInt()
                      >= count);
    }
  }

  private static void look(CommitTimes commits, String database) {
    for (int table = 0; table < TABLES; table++) {
      commits.look(database + ".t" + table);
    }
  }

  private static void get(Future<?> done) {
    try {
      done.get();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static long share(List<Long> sorted, int percent) {
    return sorted.isEmpty() ? -1 : sorted.get(sorted.size() * percent / 100);
  }

  private List<Long> latencies(CommitTimes commits, String database, Predicate<Instant> writtenAt) {
    List<Long> millis = new ArrayList<>();
    for (int table = 0; table < TABLES; table++) {
      String name = database + ".t" + table;
      for (JsonNode row :
          pipeline
              .sql()
              .query(
                  "select id, _hoodie_commit_time as instant from %s where id >= %d"
                      .formatted(name, PROBES))) {
        Instant source = committed.get("t" + table + "/" + row.get("id").asText());
        if (writtenAt.test(source)) {
          Instant visible = commits.completed(name, row.get("instant").asText());
          millis.add(Duration.between(source, visible).toMillis());
        }
      }
    }
    return millis.stream().sorted().toList();
  }
}
