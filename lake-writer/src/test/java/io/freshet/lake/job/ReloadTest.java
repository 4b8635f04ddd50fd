package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableRule;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.metrics.TableStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A configuration that changes while its job runs. */
class ReloadTest extends JobFixture {
  private static final TableRule PAINTERS =
      new TableRule(
          new TopicPattern(List.of("moma.public.p*"), List.of()),
          "moma",
          "{table}",
          TableSettings.DEFAULTS);

  private IngestJob job;

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofMinutes(3)).until(condition);
  }

  private long commits(String table) {
    return job.status().tables().stream()
        .filter(status -> status.table().equals(table))
        .flatMap(status -> status.activity().stream())
        .mapToLong(TableStatus.Activity::commits)
        .sum();
  }

  private List<String> tables() {
    return job.status().tables().stream().map(TableStatus::table).toList();
  }

  private List<String> refused() {
    return job.status().config().orElseThrow().refused();
  }

  private static LakeConfig with(LakeConfig other, int concurrentTables, TableRule... rules) {
    return new LakeConfig(
        other.warehouse(),
        other.metastore(),
        other.source(),
        other.registry(),
        concurrentTables,
        Duration.ofSeconds(30),
        other.commits(),
        other.services(),
        other.metrics(),
        other.keysInMemory(),
        List.of(rules));
  }

  @Test
  void tablesComeAndGoAndChangeTheirSettings() throws Exception {
    TableConfig soft = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    TableConfig hard = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.HARD);
    TableConfig copied = table("t", TableType.COPY_ON_WRITE, List.of(), DeleteMode.HARD);
    TestLog painters = new TestLog(folder.resolve("topics"), "moma.public.painters");
    painters.change("c", 1, "A", "French", 1, null).land();
    log.change("c", 1, "A", "French", 1, null).change("c", 2, "B", "Dutch", 1, null).land();
    log.delete(1).land();
    LakeConfig first = config(soft);
    job = new IngestJob(first, spark, Clock.systemUTC(), false);
    assertThat(job.status().config()).isEmpty();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () -> {
                job.run();
                return null;
              });
      await(() -> commits("moma.t") >= 1 && rows(soft).contains("1|null|null|null|null|d|true"));

      job.reload(with(first, 2, rule(hard), PAINTERS));
      assertThat(refused()).isEmpty();
      await(() -> commits("moma.painters") == 1);
      log.delete(2).land();
      await(() -> rows(hard).stream().noneMatch(row -> row.startsWith("2|")));

      job.reload(with(first, 2, rule(copied), PAINTERS));
      assertThat(refused())
          .singleElement()
          .asString()
          .startsWith("moma.t: type was changed from MERGE_ON_READ to COPY_ON_WRITE");
      log.change("c", 3, "C", "Dutch", 1, null).land();
      await(() -> rows(hard).contains("3|C|Dutch|1|null|c|false"));

      job.keepConfig(new LakeException("lake.yaml: registry is missing"));
      assertThat(refused()).containsExactly("lake.yaml: registry is missing");
      job.reload(with(first, 7, PAINTERS));
      assertThat(refused())
          .containsExactly("lake.concurrent-tables was changed; that takes a restart of the job");
      assertThat(tables()).containsExactly("moma.painters");
      assertThat(job.scrape()).doesNotContain("table=\"moma.t\"").contains("moma.painters");
      log.change("c", 4, "D", "Dutch", 1, null).land();
      painters.change("c", 2, "B", "French", 1, null).land();
      await(() -> commits("moma.painters") == 2);
      assertThat(rows(hard)).hasSize(2);

      job.reload(with(first, 2, rule(hard), PAINTERS));
      await(() -> rows(hard).size() == 3);
      job.stop();
      run.get();
    } finally {
      thread.shutdownNow();
    }
  }
}
