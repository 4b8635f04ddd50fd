package io.freshet.lake.job;

import io.freshet.lake.metrics.FileCounts;
import io.freshet.lake.metrics.TableMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the tables' files beside the writing, rarely: a count lists every partition. A table that
 * has had no commit since is not counted again.
 */
final class FileCounter {
  private static final Logger LOG = LoggerFactory.getLogger(FileCounter.class);
  private static final Duration BETWEEN = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Clock clock;
  private final Supplier<List<TableWorker>> tables;
  private final Runnable besides;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "file-counter");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param besides what else is rarely looked for
   */
  FileCounter(Clock clock, Supplier<List<TableWorker>> tables, Runnable besides) {
    this.besides = besides;
    this.clock = clock;
    this.tables = tables;
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Counts the files of the tables that are due. */
  void look() {
    try {
      besides.run();
    } catch (RuntimeException failed) {
      LOG.warn("{}; looked for again later", failed.getMessage());
    }
    for (TableWorker table : tables.get()) {
      if (isDue(table.metrics()) && !Thread.currentThread().isInterrupted()) {
        count(table);
      }
    }
  }

  private boolean isDue(TableMetrics metrics) {
    if (metrics.lastCommit().isEmpty()) {
      return false;
    }
    Instant commit = metrics.lastCommit().get();
    return metrics
        .files()
        .map(FileCounts::counted)
        .map(counted -> commit.isAfter(counted) && !clock.instant().isBefore(counted.plus(BETWEEN)))
        .orElse(true);
  }

  private void count(TableWorker table) {
    try {
      table.timeline().files(clock.instant()).ifPresent(table.metrics()::files);
    } catch (RuntimeException failed) {
      // The table is written all the same; the count is looked for again.
      LOG.warn(
          "files could not be counted table={} reason=\"{}\"", table.name(), failed.toString());
    }
  }

  void stop() {
    thread.shutdownNow();
  }
}
