package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Table services in a job of their own, with and without an ingest beside. */
class MaintainJobTest extends JobFixture {
  private final TableConfig table =
      table("t", TableType.MERGE_ON_READ, List.of("nationality"), DeleteMode.SOFT);

  private LakeConfig config(boolean besideIngest) {
    return config(
        folder,
        registry.uri(),
        Duration.ofSeconds(3),
        new ServicesConfig(besideIngest, Duration.ofMillis(200), 2, 100),
        rule(table));
  }

  private void maintainOnce(LakeConfig config, String... tables) throws InterruptedException {
    new MaintainJob(config, spark, Clock.systemUTC(), List.of(tables)).run(true);
  }

  private long instants(String suffix) throws Exception {
    Path timeline = Path.of(URI.create(location(table))).resolve(".hoodie/timeline");
    try (Stream<Path> files = Files.list(timeline)) {
      return files.filter(file -> file.toString().endsWith(suffix)).count();
    }
  }

  @Test
  void aTableThatNobodyWritesIsCompacted() throws Exception {
    for (int i = 1; i <= 2; i++) {
      log.change("u", 1, "A", i == 1 ? "French" : "Dutch", i, null).land();
      ingest(table);
    }
    maintainOnce(config(true), "moma.*");
    assertThat(instants(".commit")).isEqualTo(1);
    assertThat(rows(table)).containsExactly("1|A|Dutch|2|null|u|false");
    assertThatThrownBy(() -> maintainOnce(config(true), "moma.u"))
        .isInstanceOf(LakeException.class)
        .hasMessage("there is no table 'moma.u' in the configuration; its tables are [moma.t]");

    log.change("u", 1, "B", "French", 3, null).land();
    ingest(table);
    assertThat(rows(table)).containsExactly("1|B|French|3|null|u|false");
  }

  @Test
  void besideAnIngestItsPlansAreCarriedOut() throws Exception {
    IngestJob job = new IngestJob(config(false), spark, Clock.systemUTC(), false);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () -> {
                job.run();
                return null;
              });
      MaintainJob services = new MaintainJob(config(false), spark, Clock.systemUTC(), List.of("*"));
      int id = 0;
      while (id < 6 || instants(".commit") < 2) {
        int next = ++id;
        log.change("u", 0, "A" + id, id % 2 == 0 ? "Dutch" : "French", id, null)
            .change("c", id, "B", "French", id, null)
            .land();
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> rows(table).size() == next + 1);
        services.run(true);
      }
      job.stop();
      run.get();
      assertThat(instants(".compaction.requested")).isEqualTo(instants(".commit"));
      assertThat(rows(table))
          .hasSize(id + 1)
          .contains("0|A%d|%s|%d|null|u|false".formatted(id, id % 2 == 0 ? "Dutch" : "French", id));
    } finally {
      job.stop();
      thread.shutdownNow();
    }
  }

  @Test
  void twoThatLookAfterOneTableAreToldApart() throws Exception {
    log.change("c", 1, "A", "French", 1, null).land();
    ingest(table);
    IngestJob job = new IngestJob(config(true), spark, Clock.systemUTC(), false);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () -> {
                job.run();
                return null;
              });
      assertThatThrownBy(() -> maintainOnce(config(true), "*"))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("moma.t is compacted, cleaned and archived by another job (ingest")
          .hasMessageContaining("services.beside-ingest: false");
      job.stop();
      run.get();
      maintainOnce(config(true), "*");
    } finally {
      job.stop();
      thread.shutdownNow();
    }
  }
}
