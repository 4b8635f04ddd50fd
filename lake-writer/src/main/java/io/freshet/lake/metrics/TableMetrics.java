package io.freshet.lake.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts and times of one table; safe for several threads. */
public final class TableMetrics {
  private static final Duration WINDOW = Duration.ofHours(1);

  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();
  private final Clock clock;
  private final Counter rows;
  private final Counter bytes;
  private final Counter retries;
  private final Timer commits;
  private volatile Optional<Duration> lastTook = Optional.empty();
  private volatile Optional<Instant> lastCommit = Optional.empty();
  private volatile Optional<Instant> newestSource = Optional.empty();
  private volatile Optional<FileCounts> files = Optional.empty();
  private volatile LongSupplier quarantined = () -> 0;
  private volatile Supplier<Optional<Verified>> verified = Optional::empty;

  TableMetrics(MeterRegistry registry, Clock clock, String table, String topic) {
    this.registry = registry;
    this.clock = clock;
    Tags tags = Tags.of("table", table, "topic", topic);
    this.rows =
        kept(
            Counter.builder("freshet.lake.rows.written")
                .description("Rows written: inserted, updated and deleted ones.")
                .tags(tags)
                .register(registry));
    this.bytes =
        kept(
            Counter.builder("freshet.lake.bytes.written")
                .description("Bytes written, rows that were copied along included.")
                .tags(tags)
                .register(registry));
    this.retries =
        kept(
            Counter.builder("freshet.lake.retries")
                .description("Tries to commit that followed a failed one.")
                .tags(tags)
                .register(registry));
    this.commits =
        kept(
            Timer.builder("freshet.lake.commit")
                .description("How long commits took; quantiles are of the last hour.")
                .tags(tags)
                .publishPercentiles(0.5, 0.95)
                .percentilePrecision(2)
                .distributionStatisticExpiry(WINDOW)
                .register(registry));
    gauge(tags, "freshet.lake.freshness", "seconds", "Age of the newest change.", this::age);
    gauge(
        tags,
        "freshet.lake.files",
        null,
        "File groups of the table.",
        () -> files.map(counts -> (double) counts.groups()).orElse(Double.NaN));
    gauge(
        tags,
        "freshet.lake.small.files",
        null,
        "File groups without a base file, or with one below Hudi's small-file limit.",
        () -> files.map(counts -> (double) counts.small()).orElse(Double.NaN));
    gauge(
        tags,
        "freshet.lake.log.files",
        null,
        "Log files that compaction has yet to merge.",
        () -> files.map(counts -> (double) counts.logs()).orElse(Double.NaN));
    gauge(
        tags,
        "freshet.lake.quarantined",
        null,
        "Records that lie in the table's quarantine.",
        () -> (double) quarantined.getAsLong());
    gauge(
        tags,
        "freshet.lake.verify.differences",
        null,
        "Keys whose rows differed from the source's at the last comparison.",
        () -> verified.get().map(last -> (double) last.differences()).orElse(Double.NaN));
    gauge(
        tags,
        "freshet.lake.verify.age",
        "seconds",
        "Time since the last comparison with the source.",
        () -> verified.get().map(last -> seconds(last.at())).orElse(Double.NaN));
  }

  /**
   * Says where to ask whether the table advances, and what it has yet to read.
   *
   * @param state asked at each scrape
   * @param backlog asked at each scrape
   */
  public void observe(
      String table, String topic, Supplier<TableState> state, Supplier<Backlog> backlog) {
    Tags tags = Tags.of("table", table, "topic", topic);
    gauge(
        tags,
        "freshet.lake.lag.positions",
        null,
        "Kafka offsets that the table has yet to read.",
        () -> (double) backlog.get().positions());
    gauge(
        tags,
        "freshet.lake.lag",
        "bytes",
        "Landed bytes that the table has yet to read.",
        () -> backlog.get().bytes().isPresent() ? backlog.get().bytes().getAsLong() : Double.NaN);
    for (TableState each :
        List.of(TableState.RUNNING, TableState.BACKING_OFF, TableState.STOPPED)) {
      gauge(
          tags.and("state", each.label()),
          "freshet.lake.table.state",
          null,
          "1 for the state that the table is in.",
          () -> state.get() == each ? 1.0 : 0.0);
    }
  }

  private void gauge(
      Tags tags, String name, String unit, String description, Supplier<Number> value) {
    kept(
        Gauge.builder(name, value)
            .strongReference(true)
            .baseUnit(unit)
            .description(description)
            .tags(tags)
            .register(registry));
  }

  private <M extends Meter> M kept(M meter) {
    meters.add(meter);
    return meter;
  }

  private double age() {
    return newestSource.map(this::seconds).orElse(Double.NaN);
  }

  private double seconds(Instant since) {
    return Duration.between(since, clock.instant()).toMillis() / 1000.0;
  }

  /**
   * Takes note of what the table held when it was opened.
   *
   * @param completed when its newest commit was made
   * @param newest when the newest of its changes was committed in the source
   */
  public void opened(Optional<Instant> completed, Optional<Instant> newest) {
    lastCommit = completed;
    newestSource = newest;
  }

  /**
   * Takes note of a commit.
   *
   * @param completed when it could be queried from
   * @param newest when the newest of its changes was committed in the source; empty where its rows
   *     do not say
   */
  public void committed(
      long rowsWritten,
      long bytesWritten,
      Duration took,
      Instant completed,
      Optional<Instant> newest) {
    rows.increment(rowsWritten);
    bytes.increment(bytesWritten);
    commits.record(took);
    lastTook = Optional.of(took);
    lastCommit = Optional.of(completed);
    // A commit may take older changes than the one before it: of several partitions, or a replay.
    newest
        .filter(time -> newestSource.isEmpty() || newestSource.get().isBefore(time))
        .ifPresent(time -> newestSource = Optional.of(time));
  }

  /** Takes note of a try that follows a failed one. */
  public void retried() {
    retries.increment();
  }

  /** Says where to ask how many records lie in the table's quarantine. */
  public void quarantine(LongSupplier count) {
    quarantined = count;
  }

  /** Says where to ask for the last comparison with the source. */
  public void verified(Supplier<Optional<Verified>> last) {
    verified = last;
  }

  /** Its last comparison with the source; empty before the first one. */
  public Optional<Verified> verified() {
    return verified.get();
  }

  /** Takes note of the table's files. */
  public void files(FileCounts counts) {
    files = Optional.of(counts);
  }

  /** Its files; empty where they were not counted yet. */
  public Optional<FileCounts> files() {
    return files;
  }

  /** When its newest commit could be queried from. */
  public Optional<Instant> lastCommit() {
    return lastCommit;
  }

  /** When the newest of its queryable changes was committed in the source. */
  public Optional<Instant> newestSource() {
    return newestSource;
  }

  /** Records that lie in its quarantine. */
  public OptionalLong quarantined() {
    return OptionalLong.of(quarantined.getAsLong());
  }

  /** What this job has done for it. */
  public TableStatus.Activity activity() {
    return new TableStatus.Activity(
        commits.count(),
        (long) rows.count(),
        (long) bytes.count(),
        (long) retries.count(),
        lastTook.map(this::latency));
  }

  private TableStatus.Latency latency(Duration last) {
    HistogramSnapshot snapshot = commits.takeSnapshot();
    return new TableStatus.Latency(last, percentile(snapshot, 0.5), percentile(snapshot, 0.95));
  }

  private static Duration percentile(HistogramSnapshot snapshot, double which) {
    for (ValueAtPercentile value : snapshot.percentileValues()) {
      if (value.percentile() == which) {
        return Duration.ofMillis(Math.round(value.value(TimeUnit.MILLISECONDS)));
      }
    }
    throw new IllegalStateException("no percentile " + which);
  }

  /** Forgets a table that is not written any more. */
  public void close() {
    meters.forEach(registry::remove);
  }
}
