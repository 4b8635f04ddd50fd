package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hudi.common.table.timeline.HoodieInstantTimeGenerator;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compaction, cleaning and archiving of real tables. */
class TableServicesTest extends JobFixture {
  private static final ServicesConfig EAGER = new ServicesConfig(true, Duration.ofSeconds(1), 2, 3);

  private TableServices services(TableConfig table, Clock clock) {
    TableSpec spec = new TableSpec(table, location(table), List.of("artist_id"));
    return TableServices.besideCommits(new HudiTable(spark, spec), clock, EAGER);
  }

  /** The most tasks of any stage. */
  private int mostTasks(Runnable work) throws Exception {
    AtomicInteger most = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onStageSubmitted(SparkListenerStageSubmitted stage) {
            most.accumulateAndGet(stage.stageInfo().numTasks(), Math::max);
          }
        };
    spark.sparkContext().addSparkListener(listener);
    work.run();
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(listener);
    return most.get();
  }

  @Test
  void aProcessThatDoesNothingElseGivesThemAllCores() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    for (int round = 0; round < 2; round++) {
      for (int id = 0; id < 40; id++) {
        log.change("u", id, "A" + round, null, round, null);
      }
      log.land();
      ingest(table);
    }
    HudiTable hudi =
        new HudiTable(spark, new TableSpec(table, location(table), List.of("artist_id")));
    TableServices alone = new TableServices(hudi, Clock.systemUTC(), EAGER, hudi::betweenCommits);
    assertThat(mostTasks(alone::runAll)).isEqualTo(2);
    assertThat(done(table, "commit")).hasSize(1);
    assertThat(rows(table)).hasSize(40).allMatch(row -> row.contains("|A1|"));
  }

  /** Instants of an action that is over, oldest first. */
  private List<String> done(TableConfig table, String action) throws Exception {
    try (Stream<Path> files = Files.list(timeline(table))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d+_\\d+\\." + action))
          .sorted()
          .toList();
    }
  }

  private Path timeline(TableConfig table) {
    return Path.of(java.net.URI.create(location(table))).resolve(".hoodie/timeline");
  }

  private List<String> asOf(TableConfig table, String instant) {
    return rows(spark.read().format("hudi").option("as.of.instant", instant).load(location(table)));
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  @Test
  void logsAreMergedBesideCommitsAndNoValueIsLost() throws Exception {
    TableConfig table =
        table("t", TableType.MERGE_ON_READ, List.of("nationality"), DeleteMode.SOFT);
    LakeConfig config =
        config(new ServicesConfig(true, Duration.ofSeconds(1), 2, 100), rule(table));
    log.change("c", 0, "kept", "French", 1, null).land();
    IngestJob job = new IngestJob(config, spark, Clock.systemUTC(), false);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () -> {
                job.run();
                return null;
              });
      int id = 1;
      // The last ones land while a compaction is planned or under way, whichever it is.
      while (id < 8 || done(table, "commit").size() < 2) {
        log.change(
                "u", 0, "__debezium_unavailable_value", id % 2 == 0 ? "Dutch" : "French", id, null)
            .change("c", id, "A" + id, "French", id, null)
            .land();
        int next = ++id;
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> spark.read().format("hudi").load(location(table)).count() == next);
      }
      int count = id;
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rows(table).size() == count);
      job.stop();
      run.get();
      List<String> expected = new ArrayList<>();
      expected.add("0|kept|%s|%d|null|u|false".formatted(id % 2 == 0 ? "French" : "Dutch", id - 1));
      for (int i = 1; i < id; i++) {
        expected.add("%d|A%d|French|%d|null|c|false".formatted(i, i, i));
      }
      assertThat(rows(table)).containsExactlyInAnyOrderElementsOf(expected);

      services(table, Clock.systemUTC()).runAll();
      assertThat(
              rows(
                  spark
                      .read()
                      .format("hudi")
                      .option("hoodie.datasource.query.type", "read_optimized")
                      .load(location(table))))
          .containsExactlyInAnyOrderElementsOf(expected);
    } finally {
      job.stop();
      thread.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void instantsWithinTheRetentionReadAsTheyWereThoughTheyAreArchived(TableType type)
      throws Exception {
    TableConfig table = table("t", type, List.of("nationality"), DeleteMode.SOFT);
    TreeMap<String, List<String>> states = new TreeMap<>();
    for (int i = 1; i <= 9; i++) {
      log.change("u", 1, "A" + i, i % 2 == 0 ? "Dutch" : "French", i, null)
          .change("c", 100 + i, "B", "French", i, null)
          .land();
      ingest(table);
      states.put(instants(table).get(instants(table).size() - 1), rows(table));
      if (i % 3 == 0) {
        services(table, Clock.systemUTC()).runAll();
      }
    }
    List<String> written = List.copyOf(states.keySet());
    // The fifth commit is the oldest that must be kept.
    Instant fifth = HoodieInstantTimeGenerator.parseDateFromInstantTime(written.get(4)).toInstant();
    services(table, at(fifth.plus(table.timeTravel()))).runAll();

    assertThat(instants(table)).doesNotContain(written.get(4));
    assertThat(done(table, "clean")).isNotEmpty();
    for (String instant : written.subList(4, 9)) {
      assertThat(asOf(table, instant)).as(instant).isEqualTo(states.get(instant));
    }
    assertThat(rows(table)).isEqualTo(states.lastEntry().getValue());
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void whatNoQueryMayReachIsTakenAway(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    for (int i = 1; i <= 3; i++) {
      log.change("u", 1, "A" + i, null, i, null).land();
      ingest(table);
      services(table, Clock.systemUTC()).runAll();
    }
    long before = dataFiles(table);
    services(table, at(Instant.now().plus(table.timeTravel()).minusSeconds(60))).runAll();
    assertThat(dataFiles(table)).as("all within the retention").isEqualTo(before);
    services(table, at(Instant.now().plus(table.timeTravel()).plusSeconds(60))).runAll();

    assertThat(dataFiles(table)).isEqualTo(1);
    assertThat(rows(table)).containsExactly("1|A3|null|3|null|u|false");
  }

  @Test
  void aKilledCompactionLosesNothingAndIsTakenUp() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    for (int round = 0; round < 2; round++) {
      for (int id = 0; id < 5_000; id++) {
        log.change("u", id, "A" + round + id, null, round, null);
      }
      log.land();
      ingest(table);
    }
    List<String> rows = rows(table);
    assertThat(rows).hasSize(5_000).allMatch(row -> row.endsWith("|null|1|null|u|false"));

    Process process = Forked.start(KilledServices.class, location(table));
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(120))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> !process.isAlive() || isWritingBaseFiles(table));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(done(table, "commit")).as("it was killed before its end").isEmpty();
    assertThat(isWritingBaseFiles(table)).isTrue();
    assertThat(rows(table)).isEqualTo(rows);

    log.change("u", 7, "B", null, 2, null).land();
    ingest(table);
    List<String> changed = rows(table);
    assertThat(changed).hasSize(5_000).contains("7|B|null|2|null|u|false");

    TableServices services =
        services(table, at(Instant.now().plus(table.timeTravel()).plusSeconds(60)));
    assertThat(mostTasks(services::runAll)).as("half of the cores is left to commits").isEqualTo(1);
    assertThat(done(table, "commit")).hasSize(2);
    assertThat(rows(table)).isEqualTo(changed);
    assertThat(dataFiles(table)).as("one base file for each bucket").isEqualTo(4);
  }

  private boolean isWritingBaseFiles(TableConfig table) throws Exception {
    Path temporary = timeline(table).resolveSibling(".temp");
    if (!Files.exists(temporary)) {
      return false;
    }
    try (Stream<Path> markers = Files.walk(temporary)) {
      return markers.anyMatch(marker -> marker.toString().contains(".parquet.marker."));
    } catch (java.io.UncheckedIOException changing) {
      return false;
    }
  }

  private long dataFiles(TableConfig table) throws Exception {
    try (Stream<Path> files = Files.walk(Path.of(java.net.URI.create(location(table))))) {
      return files
          .filter(file -> !file.toString().contains("/.hoodie/"))
          .filter(file -> file.toString().endsWith(".parquet") || file.toString().contains(".log."))
          .filter(file -> !file.toString().endsWith(".crc"))
          .count();
    }
  }

  @Test
  void rowsThatATruncateTookStayAwayWhenItIsArchived() throws Exception {
    TableConfig table = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    log.change("c", 1, "A", null, 1, null).change("c", 2, "B", null, 1, null).land();
    ingest(table);
    TableSpec spec = new TableSpec(table, location(table), List.of("artist_id"));
    HudiTable hudi = new HudiTable(spark, spec);
    hudi.truncate(hudi.position());
    for (int i = 3; i <= 9; i++) {
      log.change("c", i, "C", null, 1, null).land();
      ingest(table);
      services(table, Clock.systemUTC()).runAll();
    }
    List<String> rows = rows(table);
    assertThat(rows).hasSize(7);
    services(table, at(Instant.now().plus(table.timeTravel()).plusSeconds(60))).runAll();
    log.change("c", 10, "C", null, 1, null).land();
    ingest(table);
    services(table, at(Instant.now().plus(table.timeTravel()).plusSeconds(60))).runAll();
    assertThat(rows(table)).hasSize(8).containsAll(rows);
  }
}
