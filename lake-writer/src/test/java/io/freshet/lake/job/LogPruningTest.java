package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.SourceConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Retention of the landing log: what may go, what must stay, and what a reader makes of it. */
class LogPruningTest extends JobFixture {
  private static final Duration RETENTION = Duration.ofHours(72);

  private final TableConfig quick =
      table("quick", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
  private final TableConfig slow =
      table("slow", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);

  private LakeConfig config(boolean readEmptied, TableConfig... tables) {
    return config(
        SourceConfig.landing(folder.resolve("topics").toUri(), Duration.ofMillis(100))
            .with(Optional.of(RETENTION), readEmptied),
        folder,
        registry.uri(),
        Duration.ofSeconds(30),
        ServicesConfig.DEFAULTS,
        Arrays.stream(tables)
            .map(JobFixture::rule)
            .toArray(io.freshet.lake.config.TableRule[]::new));
  }

  /** Prunes the log at a distance from now. */
  private void prune(Duration later, TableConfig... tables) {
    Clock clock = Clock.offset(Clock.systemUTC(), later);
    new LogPruning(config(false, tables), spark, clock).runDue();
  }

  private long landedFiles() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("topics"))) {
      return files.filter(file -> file.toString().endsWith(".avro")).count();
    }
  }

  private void land(int from, int to) {
    for (int id = from; id <= to; id++) {
      log.change("c", id, "A", null, id, null).land();
    }
  }

  @Test
  void whatAllTablesHaveReadGoesAndTheNewestStays() throws Exception {
    land(1, 3);
    ingest(quick, slow);
    land(4, 5);
    ingest(quick);

    prune(RETENTION.minusMinutes(1), quick, slow);
    assertThat(landedFiles()).as("young files stay").isEqualTo(5);
    TableConfig later = table("later", TableType.COPY_ON_WRITE, List.of(), DeleteMode.SOFT);
    prune(RETENTION.plusMinutes(1), quick, slow, later);
    assertThat(landedFiles()).as("a table that is not there yet has read nothing").isEqualTo(5);

    prune(RETENTION.plusMinutes(1), quick, slow);
    assertThat(landedFiles()).as("the slow table has read three").isEqualTo(2);
    ingest(slow);
    assertThat(rows(slow)).isEqualTo(rows(quick)).hasSize(5);

    prune(RETENTION.plusMinutes(1), quick, slow);
    assertThat(landedFiles()).as("the sink finds the end by the newest").isEqualTo(1);
    land(6, 6);
    ingest(quick, slow);
    assertThat(rows(slow)).isEqualTo(rows(quick)).hasSize(6);
  }

  @Test
  void aNewTableDoesNotTakeWhatIsLeftForAllThatThereWas() throws Exception {
    land(1, 3);
    ingest(quick);
    prune(RETENTION.plusMinutes(1), quick);
    assertThat(landedFiles()).isEqualTo(1);

    assertThatThrownBy(() -> ingest(quick, slow))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("topic moma.public.artists, partition 0")
        .hasMessageContaining("would begin at position 2")
        .hasMessageContaining("source.emptied-logs: read");
    new IngestJob(config(true, slow), spark, Clock.systemUTC(), true).run();
    assertThat(rows(slow)).containsExactly("3|A|null|3|null|c|false");
  }

  @Test
  void aCommitGoesWithAllItsFiles() throws Exception {
    for (int step = 0; step < 3; step++) {
      for (int id = 0; id < 4; id++) {
        log.change("u", id, "A", null, step, null);
      }
      log.commit(2);
    }
    ingest(quick);
    prune(RETENTION.plusMinutes(1), quick);
    assertThat(landedFiles()).isEqualTo(2);
    log.change("u", 0, "B", null, 9, null).commit(1);
    ingest(quick);
    assertThat(rows(quick)).hasSize(4).contains("0|B|null|9|null|u|false");
  }

  @Test
  void anIngestPrunesByItself() throws Exception {
    land(1, 3);
    Clock later = Clock.offset(Clock.systemUTC(), RETENTION.plusMinutes(1));
    new IngestJob(config(false, quick), spark, later, true).run();
    assertThat(landedFiles()).isEqualTo(1);
  }
}
