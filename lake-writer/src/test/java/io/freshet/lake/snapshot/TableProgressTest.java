package io.freshet.lake.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.metrics.LoadStatus;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said of a load while it goes on. */
class TableProgressTest {
  @Test
  void runningAndEndedTasksAddUpAndFailedOnesDoNotCount() {
    TableProgress table = new TableProgress("moma.artists", 10_000);
    assertThat(table.isActive()).isFalse();
    table.begin(1_000);
    table.reading(1, 500, 5L << 20);
    table.reading(1, 900, 6L << 20);
    table.reading(2, 100, 1L << 20);
    assertThat(table.rows()).isEqualTo(1_000);
    assertThat(table.bytes()).isEqualTo(7L << 20);
    assertThat(table.rowsPerSecond(3_000)).isEqualTo(500);
    assertThat(table.secondsLeft(3_000)).isEqualTo(18);
    assertThat(table.text(3_000))
        .isEqualTo("moma.artists 1,000 of ~10,000 rows, 7 MB, 500/s, ~0:18 left");
    table.ended(1, true, 1_000, 7L << 20);
    table.ended(2, false, 300, 2L << 20);
    assertThat(table.rows()).isEqualTo(1_000);
    assertThat(table.isActive()).isTrue();
    table.loaded(3_000);
    assertThat(table.isActive()).isFalse();
    assertThat(table.status(9_000))
        .isEqualTo(
            new LoadStatus(
                "moma.artists",
                LoadStatus.State.LOADED,
                "",
                1_000,
                OptionalLong.of(10_000),
                7L << 20,
                500,
                OptionalLong.empty()));
  }

  @Test
  void withoutStatisticsNoTimeIsGuessed() {
    TableProgress table = new TableProgress("t", -1);
    table.begin(0);
    assertThat(table.text(0)).isEqualTo("t 0 rows, 0 MB, 0/s");
    table.reading(1, 10, 0);
    assertThat(table.secondsLeft(1_000)).isEqualTo(-1);
    table.failed(1_000, "no such column");
    assertThat(table.status(9_000))
        .isEqualTo(
            new LoadStatus(
                "t",
                LoadStatus.State.FAILED,
                "no such column",
                10,
                OptionalLong.empty(),
                0,
                10,
                OptionalLong.empty()));
  }
}
