package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.freshet.lake.change.ReadRows;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.postgres.PostgresCopy;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.snapshot.SnapshotJob;
import io.freshet.lake.snapshot.SnapshotSettings;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;

/**
 * The COPY reader against Spark's JDBC source, and a snapshot against Spark writing the same rows
 * as plain Parquet, in turn and in one process: {@code -Pbenchmarks -Dtest=SnapshotBenchmark
 * -Dfreshet.snapshot.rows=10000000}.
 */
class SnapshotBenchmark extends JobFixture {
  private static final long ROWS = Long.getLong("freshet.snapshot.rows", 10_000_000L);
  private static final int ROUNDS = Integer.getInteger("freshet.benchmark.rounds", 3);
  private static final String DATABASE = "bench";

  private record Took(double seconds, double cpuSeconds) {
    @Override
    public String toString() {
      return "%.1f s (%.1f CPU)".formatted(seconds, cpuSeconds);
    }
  }

  private final Map<String, List<Took>> taken = new LinkedHashMap<>();
  private TestPostgres server;

  private void fill() throws Exception {
    server =
        TestPostgres.start(
            Map.of("wal_level", "logical", "max_wal_size", "8GB", "checkpoint_timeout", "1h"));
    server.create(DATABASE);
    server.execute(
        DATABASE,
        "CREATE TABLE sales (id int PRIMARY KEY, customer int, product text, note text, price numeric(12,2), tax numeric(12,4), sold timestamptz, paid timestamptz, doc jsonb, amount bigint, country text, rate double precision)",
        "INSERT INTO sales SELECT i, i %% 100000, 'product ' || i %% 5000, 'a note of some length for the sale ' || i, i / 100.0, i / 1000.0, timestamptz '2020-01-01' + i * interval '1 s', CASE WHEN i %% 3 > 0 THEN timestamptz '2020-01-02' + i * interval '1 s' END, jsonb_build_object('channel', 'web', 'visit', i), i * 7::bigint, (ARRAY['FR','DE','US','BR'])[1 + i %% 4], i / 3.0 FROM generate_series(1, %d) i"
            .formatted(ROWS),
        "VACUUM ANALYZE sales");
  }

  private Dataset<Row> copy() {
    return spark
        .read()
        .format(PostgresCopy.NAME)
        .option("url", server.url(DATABASE))
        .option("user", TestPostgres.SUPERUSER)
        .option("password", "none")
        .option("dbtable", "public.sales")
        .load();
  }

  /** In parts by its key, which is the most that the source can be brought to. */
  private Dataset<Row> jdbc() {
    return spark
        .read()
        .format("jdbc")
        .option("url", server.url(DATABASE))
        .option("user", TestPostgres.SUPERUSER)
        .option("password", "none")
        .option("dbtable", "public.sales")
        .option("partitionColumn", "id")
        .option("lowerBound", 1)
        .option("upperBound", ROWS)
        .option("numPartitions", Math.max(2, ROWS / 500_000))
        .option("fetchsize", 10_000)
        .load();
  }

  /** Plain Parquet with all that the lake's table has, but for Hudi's own columns and the order. */
  private void plainInTheLake(int round) {
    ReadRows.of(copy(), new ReadRows.Origin(DATABASE, "public", "sales", 1, 1))
        .write()
        .option("compression", "zstd")
        .parquet(folder.resolve("shaped" + round).toString());
  }

  private static void discard(Dataset<Row> rows) {
    rows.write().format("noop").mode(SaveMode.Overwrite).save();
  }

  private void snapshot(int round) {
    TableConfig table = table("sales" + round, TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig target =
        new TableConfig("moma.public.sales", "moma", table.table(), table.settings());
    PostgresConfig postgres =
        SnapshotFixture.postgres(
            server.port(), DATABASE, TestPostgres.SUPERUSER, "none", "public.sales");
    try {
      new SnapshotJob(
              SnapshotFixture.config(folder, registry.uri(), postgres, rule(target)),
              spark,
              Clock.systemUTC(),
              new SnapshotSettings(1, false, Duration.ofMinutes(5)))
          .run();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    // The next round makes them anew.
    server.execute(DATABASE, "SELECT pg_drop_replication_slot('bench')", "DROP PUBLICATION bench");
  }

  private void time(String what, Runnable work) {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime();
    long began = System.nanoTime();
    work.run();
    Took took =
        new Took((System.nanoTime() - began) / 1e9, (process.getProcessCpuTime() - cpu) / 1e9);
    taken.computeIfAbsent(what, each -> new ArrayList<>()).add(took);
    System.out.printf("%-20s %s%n", what, took);
  }

  private Took median(String what) {
    List<Took> all =
        taken.get(what).stream().sorted(Comparator.comparingDouble(Took::seconds)).toList();
    return all.get(all.size() / 2);
  }

  @Test
  void copyAndSnapshot() throws Exception {
    fill();
    try {
      discard(copy().limit(100_000));
      for (int round = 0; round < ROUNDS; round++) {
        int number = round;
        time("COPY reader", () -> discard(copy()));
        time("JDBC source", () -> discard(jdbc()));
        time(
            "plain Parquet",
            () -> copy().write().parquet(folder.resolve("plain" + number).toString()));
        time("the lake's columns", () -> plainInTheLake(number));
        time("snapshot", () -> snapshot(number));
      }
      taken.forEach(
          (what, rounds) ->
              System.out.printf(
                  "%-20s median %s, %,.0f rows/s, %,.0f rows per CPU second; rounds %s%n",
                  what,
                  median(what),
                  ROWS / median(what).seconds(),
                  ROWS / median(what).cpuSeconds(),
                  rounds));
      double reader = median("JDBC source").seconds() / median("COPY reader").seconds();
      double share = median("plain Parquet").seconds() / median("snapshot").seconds();
      double shaped = median("the lake's columns").seconds() / median("snapshot").seconds();
      System.out.printf(
          "COPY reads %.1f x as fast as JDBC (bar 3); a snapshot has %.2f of plain Parquet's speed (bar 0.6), %.2f of its speed with the lake's columns%n",
          reader, share, shaped);
      assertThat(reader).isGreaterThanOrEqualTo(3);
      assertThat(share).isGreaterThanOrEqualTo(0.6);
    } finally {
      server.close();
    }
  }
}
