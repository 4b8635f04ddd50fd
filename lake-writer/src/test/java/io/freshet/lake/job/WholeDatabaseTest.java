package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableRule;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.config.WithoutKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tables that no configuration names, only a pattern of topics. */
class WholeDatabaseTest extends JobFixture {
  private TestLog log(String topic) {
    return new TestLog(folder.resolve("topics"), topic);
  }

  private LakeConfig all(WithoutKey withoutKey) {
    TableSettings defaults = TableSettings.DEFAULTS;
    return config(
        new TableRule(
            new TopicPattern(List.of("moma.public.*"), List.of("*.tmp_*")),
            "moma",
            "{table}",
            new TableSettings(
                defaults.type(),
                defaults.partitionBy(),
                defaults.deletes(),
                withoutKey,
                defaults.timeTravel())));
  }

  private void once(LakeConfig config) throws InterruptedException {
    new IngestJob(config, spark, Clock.systemUTC(), true).run();
  }

  private String location(String table) {
    return folder.resolve("warehouse/moma/" + table).toString();
  }

  private long count(String table) {
    return spark.read().format("hudi").load(location(table)).count();
  }

  @Test
  void everyTopicBecomesATable() throws Exception {
    log("moma.public.artists").change("c", 1, "A", "French", 1, null).land();
    log("moma.public.painters").change("c", 1, "A", "French", 1, null).delete(2).land();
    log("moma.public.tmp_1").change("c", 1, "A", "French", 1, null).land();
    log("other.public.artists").change("c", 1, "A", "French", 1, null).land();
    once(all(WithoutKey.REFUSE));
    assertThat(count("artists")).isEqualTo(1);
    assertThat(count("painters")).isEqualTo(2);
    assertThat(folder.resolve("warehouse/moma/tmp_1")).doesNotExist();
  }

  @Test
  void aTopicThatAppearsWhileTheJobRunsBecomesATable() throws Exception {
    log("moma.public.artists").change("c", 1, "A", "French", 1, null).land();
    IngestJob job = new IngestJob(all(WithoutKey.REFUSE), spark, Clock.systemUTC(), false);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () -> {
                job.run();
                return null;
              });
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> count("artists") == 1);
      log("moma.public.painters").change("c", 1, "A", "French", 1, null).land();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> count("painters") == 1);
      job.stop();
      run.get();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void aTopicWithoutAKeyIsLeftOutAndNamedAndTheOthersGoOn() throws Exception {
    log("moma.public.artists").change("c", 1, "A", "French", 1, null).land();
    log("moma.public.keyless").change("c", 1, "A", "French", 1, null).land();
    assertThatThrownBy(() -> once(all(WithoutKey.REFUSE)))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("topic 'moma.public.keyless'")
        .hasMessageContaining("without-key: append");
    assertThat(count("artists")).isEqualTo(1);
  }

  @Test
  void aTopicWithoutAKeyMakesALogOfItsChanges() throws Exception {
    TestLog keyless = log("moma.public.keyless");
    keyless
        .change("c", 1, "A", "French", 1, null)
        .change("c", 1, "A", "French", 1, null)
        .change("d", 1, "A", "French", 1, null)
        .land();
    once(all(WithoutKey.APPEND));
    keyless.change("c", 1, "A", "French", 1, null).land();
    once(all(WithoutKey.APPEND));
    assertThat(
            spark
                .read()
                .format("hudi")
                .load(location("keyless"))
                .orderBy("__offset")
                .selectExpr("concat_ws('|', __offset, __op, artist_id, name)")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("0|c|1|A", "1|c|1|A", "2|d|1|A", "3|c|1|A");
  }

  @Test
  void twoTopicsOfOneTableAreRefused() {
    log("moma.public.artists").change("c", 1, "A", "French", 1, null).land();
    log("moma.loans.artists").change("c", 1, "A", "French", 1, null).land();
    TableRule rule =
        new TableRule(
            new TopicPattern(List.of("moma.*"), List.of()),
            "moma",
            "{table}",
            TableSettings.DEFAULTS);
    assertThatThrownBy(() -> once(config(rule)))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(
            "topics moma.loans.artists and moma.public.artists would both make table moma.artists");
  }
}
