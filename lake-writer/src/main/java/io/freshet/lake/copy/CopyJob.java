package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigException;
import io.freshet.lake.config.CopyConfig;
import io.freshet.lake.config.CopyFormat;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.config.CopyTarget;
import io.freshet.lake.snapshot.SnapshotProgress;
import io.freshet.lake.snapshot.SnapshotResult;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies whole tables from one system to another, some at a time. Each table is a unit: one that
 * fails is as it was, and the others go on.
 */
public final class CopyJob {
  private static final Logger LOG = LoggerFactory.getLogger(CopyJob.class);

  /** How long the tasks of a copy that was cancelled may take to end. */
  private static final long PATIENCE_SECONDS = 120;

  private final CopyConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final boolean keep;
  private final SnapshotProgress progress;
  private volatile boolean stopped;

  /**
   * @param keep whether what a failed copy has written stays until the next one
   */
  public CopyJob(CopyConfig config, SparkSession spark, Clock clock, boolean keep) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.keep = keep;
    this.progress = new SnapshotProgress(clock);
    // A timestamp without a zone is read as UTC, as it is of a change.
    spark.conf().set("spark.sql.session.timeZone", "UTC");
    // A char is what its source says that it is: PostgreSQL's has its blanks, MySQL's has none.
    spark.conf().set("spark.sql.readSideCharPadding", "false");
  }

  /** How far it is. */
  public SnapshotProgress progress() {
    return progress;
  }

  /** Ends the run; tables that are not whole by now are as they were. */
  public void stop() {
    stopped = true;
    spark.sparkContext().cancelAllJobs();
  }

  /**
   * What a run would do; asks all that can be asked and makes nothing.
   *
   * @throws LakeException if it would be refused
   */
  public CopyPlan plan() {
    try (Source source = Source.open(config.source(), spark);
        Target target = target()) {
      return plan(source, target);
    }
  }

  private Target target() {
    if (config.target() instanceof CopyTarget.Files files) {
      Target tables =
          files.format() == CopyFormat.PARQUET
              ? new ParquetTarget(files, spark, clock, keep)
              : new HudiTarget(files, spark, clock, UUID.randomUUID().toString(), keep);
      return new LeasedTarget(tables, files, spark.sparkContext().hadoopConfiguration());
    }
    return new KuduTarget((CopyTarget.Kudu) config.target(), spark, keep);
  }

  private CopyPlan plan(Source source, Target target) {
    List<CopyPlan.Copy> copies = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (CopyTable table : config.tables()) {
      try {
        SourceTable found = source.find(table);
        target.check(table, found);
        copies.add(new CopyPlan.Copy(table, found));
      } catch (LakeException problem) {
        problems.add(problem.getMessage());
      }
    }
    ConfigException.refuse(problems);
    copies.sort(
        Comparator.comparingLong((CopyPlan.Copy copy) -> copy.source().bytes())
            .reversed()
            .thenComparing(copy -> copy.table().to()));
    return new CopyPlan(copies);
  }

  /**
   * Copies all tables.
   *
   * @throws LakeException if one would be refused, before anything is made
   */
  public CopyResult run() throws InterruptedException {
    try (Source source = Source.open(config.source(), spark);
        Target target = target()) {
      CopyPlan plan = plan(source, target);
      for (CopyPlan.Copy copy : plan.tables()) {
        target.claim(copy.table());
      }
      return run(plan, target);
    }
  }

  private CopyResult run(CopyPlan plan, Target target) throws InterruptedException {
    Map<String, Long> expected = new LinkedHashMap<>();
    plan.tables().forEach(copy -> expected.put(copy.table().to(), copy.rows()));
    progress.begin(spark.sparkContext(), expected);
    ExecutorService pool = Executors.newFixedThreadPool(config.concurrentTables());
    try {
      Map<String, Future<SnapshotResult.Loaded>> copies = new LinkedHashMap<>();
      for (CopyPlan.Copy copy : plan.tables()) {
        copies.put(copy.table().to(), pool.submit(() -> copy(copy, target)));
      }
      List<SnapshotResult.Loaded> copied = new ArrayList<>();
      Map<String, String> failed = new LinkedHashMap<>();
      for (Map.Entry<String, Future<SnapshotResult.Loaded>> copy : copies.entrySet()) {
        try {
          copied.add(copy.getValue().get());
        } catch (ExecutionException failure) {
          String reason = told(failure.getCause());
          failed.put(copy.getKey(), reason);
          LOG.error("not copied table={} reason=\"{}\"", copy.getKey(), reason);
          LOG.debug("not copied", failure.getCause());
        }
      }
      return new CopyResult(copied, failed);
    } finally {
      pool.shutdownNow();
      if (!pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("tables are still being written after {} s", PATIENCE_SECONDS);
      }
      progress.end();
    }
  }

  private SnapshotResult.Loaded copy(CopyPlan.Copy copy, Target target)
      throws InterruptedException {
    String name = copy.table().to();
    if (stopped) {
      throw new LakeException("stopped before it was copied");
    }
    long began = clock.millis();
    progress.loading(spark.sparkContext(), name);
    long rows;
    try {
      rows = target.write(copy.table(), copy.source());
      progress.loaded(name);
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      progress.failed(name, told(failed));
      throw failed;
    }
    SnapshotResult.Loaded copied =
        new SnapshotResult.Loaded(
            name, rows, progress.bytes(name), Duration.ofMillis(clock.millis() - began));
    LOG.info(
        "copied table={} from={} rows={} bytes={} ms={}",
        name,
        copy.table().from(),
        rows,
        copied.bytes(),
        copied.took().toMillis());
    return copied;
  }

  /** What a task says for the operator comes wrapped in Spark's and Hudi's exceptions. */
  private String told(Throwable failure) {
    if (stopped) {
      return "stopped before it was copied";
    }
    Throwable last = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LakeException known) {
        return firstLine(known.getMessage());
      }
      last = cause;
    }
    return firstLine(last.getMessage() == null ? last.toString() : last.getMessage());
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip();
  }
}
