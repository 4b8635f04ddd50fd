package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.table.LastCommit;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads tables, some at a time. The first failure ends all of them. */
final class LoadPool {
  private static final Logger LOG = LoggerFactory.getLogger(LoadPool.class);

  /** How long the tasks of a load that was cancelled may take to end. */
  private static final long PATIENCE_SECONDS = 120;

  private final SparkSession spark;
  private final SnapshotProgress progress;
  private final Clock clock;
  private final int threads;
  private volatile boolean stopped;

  LoadPool(SparkSession spark, SnapshotProgress progress, Clock clock, int threads) {
    this.spark = spark;
    this.progress = progress;
    this.clock = clock;
    this.threads = threads;
  }

  void stop() {
    stopped = true;
    spark.sparkContext().cancelAllJobs();
  }

  /**
   * @throws LakeException or another failure of the first table that fails
   */
  List<SnapshotResult.Loaded> load(List<SnapshotTable> tables, TableLoad load, Targets targets)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CompletionService<SnapshotResult.Loaded> loads = new ExecutorCompletionService<>(pool);
    List<SnapshotResult.Loaded> loaded = new ArrayList<>();
    Map<String, Long> expected = new LinkedHashMap<>();
    tables.forEach(table -> expected.put(table.name(), table.source().rows()));
    progress.begin(spark.sparkContext(), expected);
    try {
      tables.forEach(table -> loads.submit(() -> load(table, load, targets)));
      for (int i = 0; i < tables.size(); i++) {
        loaded.add(loads.take().get());
      }
      return loaded;
    } catch (ExecutionException failed) {
      throw told(failed.getCause());
    } finally {
      pool.shutdownNow();
      if (loaded.size() < tables.size()) {
        spark.sparkContext().cancelAllJobs();
      }
      if (!pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("tables are still being written after {} s", PATIENCE_SECONDS);
      }
      progress.end();
    }
  }

  private SnapshotResult.Loaded load(SnapshotTable table, TableLoad load, Targets targets) {
    if (stopped) {
      throw new LakeException("stopped before " + table.name() + " was loaded");
    }
    long began = clock.millis();
    progress.loading(spark.sparkContext(), table.name());
    load.load(table);
    long rows =
        targets
            .timeline(table)
            .lastCommit(table.target().config().topic())
            .map(LastCommit::rows)
            .orElse(0L);
    Duration took = Duration.ofMillis(clock.millis() - began);
    SnapshotResult.Loaded loaded =
        new SnapshotResult.Loaded(table.name(), rows, progress.bytes(table.name()), took);
    progress.loaded(table.name());
    LOG.info(
        "loaded table={} rows={} bytes={} ms={} rows_per_s={}",
        table.name(),
        rows,
        loaded.bytes(),
        took.toMillis(),
        rows * 1_000 / Math.max(1, took.toMillis()));
    return loaded;
  }

  /** What a task says for the operator comes wrapped in Spark's and Hudi's exceptions. */
  private RuntimeException told(Throwable failed) {
    if (stopped) {
      return new LakeException("stopped before all tables were loaded", failed);
    }
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof LakeException known) {
        return known;
      }
    }
    return failed instanceof RuntimeException runtime
        ? runtime
        : new LakeException(failed.toString(), failed);
  }
}
