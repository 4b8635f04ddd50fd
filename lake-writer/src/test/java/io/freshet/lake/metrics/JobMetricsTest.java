package io.freshet.lake.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final JobMetrics metrics = new JobMetrics(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void countsOutliveTheCollectionOfGarbage() {
    long requests = Long.parseLong("7"); // Captured: a constant lambda would never be garbage.
    metrics.storeRequests("tables", () -> requests);
    TableMetrics table = metrics.table("d.t", "a.b.t");
    table.observe(
        "d.t",
        "a.b.t",
        () -> TableState.RUNNING,
        () -> new Backlog(requests, OptionalLong.of(requests)));
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              System.gc();
              return garbage.get() == null;
            });
    assertThat(metrics.scrape())
        .contains("freshet_lake_s3_requests_total{client=\"tables\"} 7.0")
        .contains("freshet_lake_lag_positions{table=\"d.t\",topic=\"a.b.t\"} 7.0");
  }

  @Test
  void freshnessIsTheAgeOfTheNewestChangeWhateverCommitItCameWith() {
    TableMetrics table = metrics.table("d.t", "a.b.t");
    commit(table, Optional.of(NOW.minusSeconds(5)));
    commit(table, Optional.of(NOW.minusSeconds(90)));
    commit(table, Optional.empty());
    assertThat(table.newestSource()).contains(NOW.minusSeconds(5));
    assertThat(metrics.scrape())
        .contains("freshet_lake_freshness_seconds{table=\"d.t\",topic=\"a.b.t\"} 5.0");
  }

  private static void commit(TableMetrics table, Optional<Instant> newest) {
    table.committed(1, 10, Duration.ofMillis(20), NOW, newest);
  }

  @Test
  void filesAreShownFromTheirFirstCountOn() {
    TableMetrics table = metrics.table("d.t", "a.b.t");
    assertThat(metrics.scrape())
        .contains("freshet_lake_log_files{table=\"d.t\",topic=\"a.b.t\"} NaN");
    table.files(new FileCounts(4, 3, 17, 1000, NOW));
    assertThat(metrics.scrape())
        .contains("freshet_lake_files{table=\"d.t\",topic=\"a.b.t\"} 4.0")
        .contains("freshet_lake_small_files{table=\"d.t\",topic=\"a.b.t\"} 3.0")
        .contains("freshet_lake_log_files{table=\"d.t\",topic=\"a.b.t\"} 17.0");
  }

  @Test
  void aTableThatIsLetGoLeavesNoMeters() {
    TableMetrics table = metrics.table("d.t", "a.b.t");
    table.observe(
        "d.t", "a.b.t", () -> TableState.RUNNING, () -> new Backlog(0, OptionalLong.empty()));
    assertThat(metrics.scrape()).contains("d.t");
    table.close();
    assertThat(metrics.scrape()).doesNotContain("d.t");
  }
}
