package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of the Connect worker and of the Spark JVM, twice each, in the middle of 200,000
 * changes: afterwards the lake equals PostgreSQL, row by row.
 */
class KilledPartsIT {
  private static final int CHANGES = 200_000;
  private static final int PER_TRANSACTION = 500;
  private static final int KEYS = 40_000;

  /** The last change of all: where it is, all others are. */
  private static final int LAST = 1_000_000;

  private static final List<String> COLUMNS = List.of("id", "account", "amount", "note");
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private final AtomicInteger changed = new AtomicInteger();

  @Test
  void nothingIsLostAndNothingIsThereTwice() throws Exception {
    pipeline.execute(
        "create table ledger (id int primary key, account int not null, amount numeric(12,2), note text)",
        "insert into ledger select i, i % 100, i / 100.0, 'opened' from generate_series(1, 20000) i");
    connectors.run("apply", source(), sink());
    Path config =
        Ingest.config(
            pipeline,
            "ledger",
            """
            - topic: ledger.public.ledger
              database: ledger
              table: mor
              type: merge-on-read
              deletes: hard
            - topic: ledger.public.ledger
              database: ledger
              table: cow
              type: copy-on-write
            """);
    Ingest ingest = Ingest.start(pipeline, config);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      awaitTables();
      Future<?> changes = writer.submit(this::change);
      awaitChanges(CHANGES / 10);
      ingest.kill();
      ingest = Ingest.start(pipeline, config);
      awaitCommit(ingest);
      awaitChanges(CHANGES * 3 / 10);
      pipeline.killConnect();
      pipeline.restartConnect();
      awaitChanges(CHANGES * 5 / 10);
      pipeline.killConnect();
      pipeline.restartConnect();
      awaitCommit(ingest);
      awaitChanges(CHANGES * 7 / 10);
      assertThat(changed.get()).as("changes so far: still in the middle").isLessThan(CHANGES);
      ingest.kill();
      ingest = Ingest.start(pipeline, config);
      changes.get();
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .until(() -> count("mor where id = " + LAST) + count("cow where id = " + LAST) == 2);
      ingest.stop();
    } finally {
      writer.shutdownNow();
      ingest.close();
    }

    List<String> expected = Rows.ofPostgres(pipeline, "ledger", COLUMNS);
    for (String table : List.of("mor", "cow")) {
      assertThat(Rows.ofLake(pipeline, "ledger." + table, COLUMNS)).as(table).isEqualTo(expected);
      assertThat(count(table))
          .as("one row for each key of " + table)
          .isEqualTo(
              Long.parseLong(
                  Rows.ofQuery(
                          pipeline,
                          "select count(distinct id) n from ledger." + table,
                          List.of("n"))
                      .get(0)));
    }
    assertThat(count("mor")).as("hard deletes leave nothing").isEqualTo(expected.size());
    connectors.run("delete", "ledger-source", "ledger-sink");
  }

  private Path source() throws Exception {
    return connectors.variant(
        "moma-postgres-source",
        "ledger-source",
        Map.of(
            "topic.prefix", "ledger",
            "table.include.list", "public.ledger",
            "slot.name", "ledger",
            "publication.name", "ledger"));
  }

  private Path sink() throws Exception {
    Map<String, String> changes = new HashMap<>();
    changes.put("topics.regex", "ledger\\.public\\.(.*)");
    return connectors.variant("moma-s3-sink", "ledger-sink", changes);
  }

  /** Seeded inserts, updates, deletes and changed keys, several on one key in a transaction. */
  private Void change() throws SQLException {
    Random random = new Random(20);
    try (Connection connection = pipeline.database();
        PreparedStatement upsert =
            connection.prepareStatement(
                "insert into ledger values (?, ?, ?, ?) on conflict (id) do update"
                    + " set account = excluded.account, amount = excluded.amount, note = excluded.note");
        PreparedStatement delete = connection.prepareStatement("delete from ledger where id = ?");
        PreparedStatement rename =
            connection.prepareStatement(
                "update ledger set id = ? where id = ? and not exists (select from ledger where id = ?)")) {
      connection.setAutoCommit(false);
      for (int i = 1; i <= CHANGES; i++) {
        int id = 1 + random.nextInt(KEYS);
        int kind = random.nextInt(10);
        if (kind < 7) {
          upsert.setInt(1, id);
          upsert.setInt(2, random.nextInt(100));
          upsert.setBigDecimal(3, java.math.BigDecimal.valueOf(random.nextInt(1_000_000), 2));
          upsert.setString(4, "change " + i);
          upsert.executeUpdate();
        } else if (kind < 9) {
          delete.setInt(1, id);
          delete.executeUpdate();
        } else {
          int other = 1 + random.nextInt(KEYS);
          rename.setInt(1, other);
          rename.setInt(2, id);
          rename.setInt(3, other);
          rename.executeUpdate();
        }
        if (i % PER_TRANSACTION == 0) {
          // Spread over the kills and restarts, which take their time.
          connection.createStatement().execute("select pg_sleep(0.3)");
          connection.commit();
          changed.set(i);
        }
      }
      upsert.setInt(1, LAST);
      upsert.setInt(2, 0);
      upsert.setBigDecimal(3, java.math.BigDecimal.ONE);
      upsert.setString(4, "last");
      upsert.executeUpdate();
      connection.commit();
    }
    return null;
  }

  private void awaitChanges(int count) {
    Awaitility.await().atMost(PATIENCE).until(() -> changed.get() >= count);
  }

  /** A kill before a job's first commit would prove less. */
  private void awaitCommit(Ingest ingest) {
    Awaitility.await().atMost(PATIENCE).until(() -> ingest.commits() > 0);
  }

  private void awaitTables() {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                Rows.ofQuery(pipeline, "show databases like 'ledger'", List.of("namespace"))
                        .contains("ledger")
                    && Rows.ofQuery(pipeline, "show tables in ledger", List.of("tableName"))
                        .containsAll(List.of("mor", "cow")));
  }

  private long count(String source) {
    return pipeline.sql().query("select count(*) n from ledger." + source).get(0).get("n").asLong();
  }
}
