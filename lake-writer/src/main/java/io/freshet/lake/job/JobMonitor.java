package io.freshet.lake.job;

import io.freshet.lake.metrics.ConfigStatus;
import io.freshet.lake.metrics.JobMetrics;
import io.freshet.lake.metrics.JobStatus;
import io.freshet.lake.metrics.StoreRequests;
import io.freshet.lake.metrics.TableState;
import io.freshet.lake.metrics.TableStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a job can be asked about itself while it runs; it holds nothing up. */
final class JobMonitor {
  private final Clock clock;
  private final Instant since;
  private final String source;
  private final JobMetrics metrics;
  private final StoreRequests requests;
  private final int attempts;
  private volatile Optional<ConfigStatus> config = Optional.empty();
  private volatile JobStatus.Phase phase = JobStatus.Phase.STARTING;

  /**
   * @param attempts after how many failures in a row a table is given up
   */
  JobMonitor(Clock clock, String source, int attempts, StoreRequests requests) {
    this.clock = clock;
    this.since = clock.instant();
    this.source = source;
    this.attempts = attempts;
    this.requests = requests;
    this.metrics = new JobMetrics(clock);
    requests.counts().keySet().forEach(this::count);
  }

  private void count(String client) {
    metrics.storeRequests(client, () -> requests.counts().getOrDefault(client, 0L));
  }

  JobMetrics metrics() {
    return metrics;
  }

  /** Says what the job is doing now. */
  void enter(JobStatus.Phase now) {
    phase = now;
  }

  /**
   * Takes note of a change of the config file.
   *
   * @param refused what of it is not followed, with the reason
   */
  void configured(List<String> refused) {
    config = Optional.of(new ConfigStatus(clock.instant(), refused));
  }

  /** Takes a table in. */
  void add(TableWorker table) {
    table
        .metrics()
        .observe(table.name(), table.spec().config().topic(), () -> state(table), table::backlog);
  }

  /**
   * @param broken why the writers broke, if they did
   */
  JobStatus status(
      Supplier<Optional<String>> broken, List<TableWorker> tables, Map<String, String> refused) {
    Optional<String> reason = broken.get();
    return new JobStatus(
        reason.isPresent() ? JobStatus.Phase.BROKEN : phase,
        reason.orElse(""),
        clock.instant(),
        Optional.of(since),
        source,
        requests.counts(),
        tables.stream().map(this::status).toList(),
        refused,
        config);
  }

  private TableState state(TableWorker table) {
    if (table.failures() == 0) {
      return TableState.RUNNING;
    }
    return table.failures() >= attempts ? TableState.STOPPED : TableState.BACKING_OFF;
  }

  private TableStatus status(TableWorker table) {
    TableState state = state(table);
    Optional<Duration> retry =
        state == TableState.BACKING_OFF ? Optional.of(table.untilDue()) : Optional.empty();
    return new TableStatus(
        table.name(),
        table.spec().config().topic(),
        state,
        table.failure().map(JobMonitor::message).orElse(""),
        retry,
        table.position().next(),
        Optional.of(table.metrics().activity()),
        table.metrics().lastCommit(),
        table.metrics().newestSource(),
        Optional.of(table.backlog()),
        table.metrics().quarantined(),
        table.metrics().files(),
        table.metrics().verified());
  }

  private static String message(Exception failure) {
    return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
  }
}
