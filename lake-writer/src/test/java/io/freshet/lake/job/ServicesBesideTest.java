package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compactions beside commits whose rows lack values that were not logged. */
class ServicesBesideTest extends JobFixture {
  private static final String GONE = "__debezium_unavailable_value";
  private static final int KEYS = 40;
  private static final int ROUNDS = 6;

  private final Map<Integer, String[]> source = new TreeMap<>();
  private final Random random = new Random(1);

  private void change() {
    int id = random.nextInt(KEYS);
    String[] row = source.get(id);
    String nation = "nation " + random.nextInt(4);
    if (row == null) {
      source.put(id, new String[] {"name " + random.nextInt(1_000), nation});
      log.change("c", id, source.get(id)[0], nation, 1900, null);
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        source.remove(id);
        log.delete(id);
      }
      case 1, 2 -> {
        row[1] = nation;
        log.change("u", id, GONE, nation, 1900, null);
      }
      default -> log.change("u", id, GONE, row[1], random.nextInt(2000), null);
    }
  }

  private List<String> expected() {
    return source.entrySet().stream()
        .map(row -> row.getKey() + "=" + row.getValue()[0] + " of " + row.getValue()[1])
        .toList();
  }

  private List<String> live(TableConfig table) {
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .filter("not __deleted")
        .orderBy("artist_id")
        .selectExpr("concat(artist_id, '=', name, ' of ', nationality)")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(DeleteMode.class)
  void noPlaceholderIsSeen(DeleteMode deletes) throws Exception {
    TableConfig table =
        PartitionMovesTest.partitioned("t", TableType.MERGE_ON_READ, deletes, IndexKind.BUCKET);
    for (int id = 0; id < KEYS; id++) {
      source.put(id, new String[] {"first " + id, "nation " + id % 4});
      log.change("r", id, source.get(id)[0], source.get(id)[1], 1900, null);
    }
    log.land();
    IngestJob job =
        new IngestJob(
            config(new ServicesConfig(true, Duration.ofMillis(200), 2, 40), rule(table)),
            spark,
            Clock.systemUTC(),
            false);
    Thread running = new Thread(() -> run(job));
    running.start();
    try {
      // A table that began with a snapshot leaves it to Hudi to find a value that was not logged.
      awaitEqual(table, "the snapshot");
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 20; i++) {
          change();
        }
        log.land();
        awaitEqual(table, "round " + round);
      }
      job.stop();
      running.join();
      HudiTable hudi =
          new HudiTable(spark, new TableSpec(table, location(table), List.of("artist_id")));
      new TableServices(hudi, Clock.systemUTC(), ServicesConfig.DEFAULTS, Runnable::run).runAll();
      assertThat(live(table)).isEqualTo(expected());
    } finally {
      job.stop();
      running.join();
    }
  }

  private void awaitEqual(TableConfig table, String when) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(live(table)).as(when).isEqualTo(expected()));
  }

  private static void run(IngestJob job) {
    try {
      job.run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
