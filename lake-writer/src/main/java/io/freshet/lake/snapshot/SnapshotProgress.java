package io.freshet.lake.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.lake.metrics.JobStatus;
import io.freshet.lake.metrics.LoadJson;
import io.freshet.lake.metrics.StatusServer;
import io.freshet.lake.postgres.CopiedBytes;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * How far a load of whole tables is, by what Spark says of its tasks: at their ends, and with the
 * executors' heartbeats. One line of the log at each interval says it for every table that is being
 * read.
 */
public final class SnapshotProgress extends SparkListener implements StatusServer.Served {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotProgress.class);
  private static final long INTERVAL_SECONDS = 10;
  private static final long LISTENERS_MS = 10_000;

  /** Marks a thread's jobs with the table that they load. */
  private static final String TABLE = "freshet.snapshot.table";

  /** Spark's own count of what a source has given. */
  private static final String ROWS_READ = "internal.metrics.input.recordsRead";

  private static final String BYTES_READ = "internal.metrics.input.bytesRead";

  private final Clock clock;
  private final Map<String, TableProgress> tables = new LinkedHashMap<>();
  private final Map<Integer, String> tableByStage = new HashMap<>();
  private SparkContext context;
  private ScheduledExecutorService thread;

  public SnapshotProgress(Clock clock) {
    this.clock = clock;
  }

  /**
   * Begins to listen.
   *
   * @param expectedRows of each table about how many rows it has; -1 where that is not known
   */
  public synchronized void begin(SparkContext spark, Map<String, Long> expectedRows) {
    expectedRows.forEach((table, rows) -> tables.put(table, new TableProgress(table, rows)));
    context = spark;
    spark.addSparkListener(this);
    thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "snapshot-progress");
              made.setDaemon(true);
              return made;
            });
    thread.scheduleWithFixedDelay(this::log, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  public synchronized void end() {
    thread.shutdownNow();
    context.removeSparkListener(this);
  }

  /** The calling thread's jobs are those of a table from now on. */
  public synchronized void loading(SparkContext spark, String table) {
    spark.setLocalProperty(TABLE, table);
    spark.setJobDescription("snapshot " + table);
    tables.get(table).begin(clock.millis());
  }

  /** Does something that reads, but not what the calling thread's table is loaded from. */
  public static <T> T besides(SparkContext spark, Supplier<T> work) {
    String table = spark.getLocalProperty(TABLE);
    spark.setLocalProperty(TABLE, null);
    try {
      return work.get();
    } finally {
      spark.setLocalProperty(TABLE, table);
    }
  }

  /** A table is there. */
  public synchronized void loaded(String table) {
    tables.get(table).loaded(clock.millis());
  }

  /** A table is not there, and won't be in this run. */
  public synchronized void failed(String table, String reason) {
    tables.get(table).failed(clock.millis(), reason);
  }

  @Override
  public JobStatus.Phase phase() {
    return JobStatus.Phase.RUNNING;
  }

  @Override
  public String reason() {
    return "";
  }

  @Override
  public synchronized JsonNode json() {
    long now = clock.millis();
    return LoadJson.of(tables.values().stream().map(table -> table.status(now)).toList());
  }

  /** A load may be over before it is asked; its figures stand in its status and its log. */
  @Override
  public String scrape() {
    return "";
  }

  /** What was read of a table; all of its tasks have been heard of then. */
  public long bytes(String table) {
    try {
      // What Spark says of a task comes later than its end.
      context.listenerBus().waitUntilEmpty(LISTENERS_MS);
    } catch (TimeoutException busy) {
      LOG.debug("the count of {} may lack its last tasks", table, busy);
    }
    synchronized (this) {
      return tables.get(table).bytes();
    }
  }

  /** All tables that are being loaded, for a terminal's line. */
  public synchronized String line() {
    long now = clock.millis();
    String active =
        tables.values().stream()
            .filter(TableProgress::isActive)
            .map(table -> table.text(now))
            .collect(Collectors.joining(" | "));
    return active.isEmpty() ? "snapshot" : active;
  }

  private synchronized void log() {
    long now = clock.millis();
    for (TableProgress table : tables.values()) {
      if (table.isActive()) {
        LOG.info(
            "loading table={} rows={} bytes={} rows_per_s={} eta_s={}",
            table.table(),
            table.rows(),
            table.bytes(),
            table.rowsPerSecond(now),
            table.secondsLeft(now));
      }
    }
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    String table =
        submitted.properties() == null ? null : submitted.properties().getProperty(TABLE);
    if (table != null) {
      tableByStage.put(submitted.stageInfo().stageId(), table);
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    TableProgress table = tables.get(tableByStage.get(end.stageId()));
    TaskMetrics metrics = end.taskMetrics();
    if (table != null && metrics != null) {
      table.ended(
          end.taskInfo().taskId(),
          end.taskInfo().successful(),
          metrics.inputMetrics().recordsRead(),
          number(end.taskInfo().accumulables(), CopiedBytes.DESCRIPTION)
              + metrics.inputMetrics().bytesRead());
    }
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        JavaConverters.seqAsJavaList(update.accumUpdates())) {
      TableProgress table = tables.get(tableByStage.get((Integer) task._2()));
      if (table != null) {
        table.reading(
            (Long) task._1(),
            number(task._4(), ROWS_READ),
            number(task._4(), CopiedBytes.DESCRIPTION) + number(task._4(), BYTES_READ));
      }
    }
  }

  private static long number(Seq<AccumulableInfo> all, String name) {
    for (AccumulableInfo each : JavaConverters.seqAsJavaList(all)) {
      if (each.name().isDefined()
          && name.equals(each.name().get())
          && each.update().isDefined()
          && each.update().get() instanceof Number number) {
        return number.longValue();
      }
    }
    return 0;
  }
}
