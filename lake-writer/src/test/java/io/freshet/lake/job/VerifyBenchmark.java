package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
import io.freshet.lake.verify.TableVerifier;
import io.freshet.lake.verify.Verification;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/**
 * How long a comparison of a whole table takes, beside what reading it takes at least on each side:
 * {@code -Pbenchmarks -Dtest=VerifyBenchmark}. Nothing is written meanwhile, so the barrier is
 * none.
 */
class VerifyBenchmark extends JobFixture {
  private static final long ROWS = Long.getLong("freshet.verify.rows", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("freshet.verify.rounds", 3);

  /** How many times what both reads together take it may take. */
  private static final double BAR = 2.0;

  /** The same rows for PostgreSQL and for Spark, of a number {@code i}. */
  private static final String SOURCE =
      """
      SELECT i::int AS artist_id, 'artist number ' || i AS name,
        'nation ' || i %% 100 AS nationality, (i %% 2000)::int AS birth_year,
        CASE WHEN i %% 7 <> 0 THEN (i %% 2100)::int END AS death_year, i * 3 AS c6, i / 8.0::float8 AS c7,
        (i %% 100000 / 100.0)::numeric(12,2) AS c8,
        timestamptz '2020-01-01 00:00:00+00' + i * interval '1 second' AS c9,
        i %% 3 = 0 AS c10, 'a text of some length, as there are many: ' || i * 7919 AS c11,
        date '2000-01-01' + (i %% 9000)::int AS c12
      FROM generate_series(0, %d::bigint - 1) AS i
      """;

  private static final String[] LAKE = {
    "cast(id as int) artist_id",
    "concat('artist number ', id) name",
    "concat('nation ', id % 100) nationality",
    "cast(id % 2000 as int) birth_year",
    "case when id % 7 <> 0 then cast(id % 2100 as int) end death_year",
    "id * 3 c6",
    "id / 8.0D c7",
    "cast((id % 100000) / 100BD as decimal(12,2)) c8",
    "timestamp_seconds(1577836800 + id) c9",
    "id % 3 = 0 c10",
    "concat('a text of some length, as there are many: ', id * 7919) c11",
    "date_add(date '2000-01-01', cast(id % 9000 as int)) c12",
    "'r' __op",
    "'db' __db",
    "'public' __schema",
    "'artists' __table",
    "1L __lsn",
    "1L __source_ts_ms",
    "false __deleted",
    "id __offset",
    "0 __partition",
    "cast(null as array<int>) __unavailable"
  };

  private interface Timed {
    void run() throws Exception;
  }

  private static double seconds(Timed work) throws Exception {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e9;
  }

  @Test
  void aWholeTable() throws Exception {
    try (TestPostgres server =
        TestPostgres.start(Map.of("wal_level", "logical", "shared_buffers", "128MB"))) {
      TestPostgres.Database postgres = server.database("verified");
      postgres.execute(
          "CREATE TABLE artists AS " + SOURCE.formatted(ROWS),
          "ALTER TABLE artists ADD PRIMARY KEY (artist_id)",
          "VACUUM ANALYZE artists");
      TableConfig config = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
      new HudiTable(spark, new TableSpec(config, location(config), List.of("artist_id")))
          .commit(spark.range(ROWS).selectExpr(LAKE), TopicPosition.START.with(0, ROWS));
      HudiTable table = HudiTable.existing(spark, config, location(config)).orElseThrow();
      TableVerifier verifier =
          new TableVerifier(
              table,
              postgres.config(),
              (lsn, topic, position) -> {},
              new TableVerifier.Options(1, Optional.empty(), Duration.ofMinutes(1), 20, List.of()),
              Clock.systemUTC());
      double best = Double.MAX_VALUE;
      for (int round = 0; round <= ROUNDS; round++) {
        double source = seconds(() -> scan(postgres));
        double lake = seconds(() -> scan(table));
        Verification[] result = new Verification[1];
        double verify = seconds(() -> result[0] = verifier.run());
        assertThat(result[0].isEqual()).as("%s", result[0]).isTrue();
        assertThat(result[0].rows()).isEqualTo(ROWS);
        if (round > 0) {
          System.out.printf(
              "verify benchmark: %d rows, PostgreSQL's sum of hashes %.1f s, Hudi scan %.1f s, verify %.1f s: %.2f times both%n",
              ROWS, source, lake, verify, verify / (source + lake));
          best = Math.min(best, verify / (source + lake));
        }
      }
      assertThat(best).isLessThanOrEqualTo(BAR);
    }
  }

  private static void scan(TestPostgres.Database postgres) throws Exception {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT count(*), sum(hashtext(t::text)) FROM artists t").close();
    }
  }

  /** All columns are read, and none is kept. */
  private static void scan(HudiTable table) {
    Dataset<Row> rows = table.rows().orElseThrow();
    rows.write().format("noop").mode("overwrite").save();
  }
}
