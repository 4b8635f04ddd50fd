package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two jobs that would write one table, each in a process of its own. */
class OneWriterTest extends JobFixture {
  static final TableConfig TABLE = table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);

  private Process other;
  private Path otherLog;

  @AfterEach
  void killTheOther() throws Exception {
    if (other != null) {
      other.destroyForcibly().waitFor();
    }
  }

  private void startTheOther() throws Exception {
    otherLog = folder.resolve("other.log");
    log.change("c", 1, "A", null, 1, null).land();
    other =
        Forked.start(otherLog, ForkedIngest.class, folder.toString(), registry.uri().toString());
    awaitRows(1);
  }

  private void awaitRows(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(120))
        .ignoreExceptions()
        .failFast("the other job ended", () -> !other.isAlive())
        .until(() -> rows(TABLE).size() == count);
  }

  private void ingestOnce() throws InterruptedException {
    LakeConfig config =
        config(folder, registry.uri(), Duration.ofSeconds(3), ServicesConfig.DEFAULTS, rule(TABLE));
    new IngestJob(config, spark, Clock.systemUTC(), true).run();
  }

  private void signal(String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(other.pid())).start().waitFor())
        .isZero();
  }

  @Test
  void theSecondIsRefusedWhileTheFirstLivesAndTakesOverWhenItIsKilled() throws Exception {
    startTheOther();
    assertThatThrownBy(this::ingestOnce)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("moma.t is written by another job (ingest on ")
        .hasMessageContaining("process " + other.pid());
    log.change("c", 2, "B", null, 1, null).land();
    awaitRows(2);

    other.destroyForcibly().waitFor();
    log.change("c", 3, "C", null, 1, null).land();
    ingestOnce();
    assertThat(rows(TABLE)).hasSize(3);
  }

  @Test
  void aPausedJobIsTakenOverAndCommitsNoMore() throws Exception {
    startTheOther();
    signal("STOP");
    log.change("u", 1, "B", null, 2, null).change("c", 2, "B", null, 1, null).land();
    ingestOnce();
    assertThat(rows(TABLE)).containsExactly("1|B|null|2|null|u|false", "2|B|null|1|null|c|false");

    log.change("c", 3, "C", null, 1, null).land();
    signal("CONT");
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(other.exitValue()).isNotZero();
    assertThat(otherLog).content().contains("another has taken its tables over");
    assertThat(rows(TABLE)).as("the paused job has committed nothing since").hasSize(2);
    ingestOnce();
    assertThat(rows(TABLE)).hasSize(3);
  }
}
