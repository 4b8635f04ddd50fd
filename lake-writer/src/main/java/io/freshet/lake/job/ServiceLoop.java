package io.freshet.lake.job;

import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.TableServices;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks after the tables, one after the other, while others write them. What is cut
 * off by {@link #stop} is taken up by the next run.
 */
final class ServiceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);
  private static final String TAG = "freshet-services";
  private static final Duration IDLE_TABLE = Duration.ofHours(1);

  private final SparkSession spark;
  private final ServicesConfig config;
  private final LogPruning pruning;
  private final Leases leases;
  private final Clock clock;
  private final List<Served> tables = new ArrayList<>();
  private final Thread thread;
  private TableWorker serving;
  private boolean stopping;

  private static final class Served {
    final TableWorker worker;
    final TableServices services;
    final Backoff backoff;
    TopicPosition looked;
    Instant lookedAt = Instant.EPOCH;

    Served(TableWorker worker, TableServices services, Clock clock) {
      this.worker = worker;
      this.services = services;
      this.backoff = new Backoff(clock);
    }

    /** An idle table asks its store nothing, but for the cleaning of what has grown old. */
    boolean mayBeDue(Instant now) {
      return backoff.untilDue().isZero()
          && (!worker.position().equals(looked) || lookedAt.plus(IDLE_TABLE).isBefore(now));
    }
  }

  ServiceLoop(SparkSession spark, LakeConfig config, Leases leases, Clock clock) {
    this.spark = spark;
    this.pruning = new LogPruning(config, spark, clock);
    this.leases = leases;
    this.config = config.services();
    this.clock = clock;
    this.thread = new Thread(this::work, "table-services");
    this.thread.setDaemon(true);
  }

  /** Takes a table in. */
  synchronized void add(TableWorker worker) {
    tables.add(
        new Served(worker, TableServices.besideCommits(worker.table(), clock, config), clock));
  }

  /** Lets a table go, after what is done for it now. */
  synchronized void remove(TableWorker worker) throws InterruptedException {
    tables.removeIf(table -> table.worker == worker);
    while (serving == worker) {
      wait();
    }
  }

  private synchronized void serving(TableWorker worker) {
    serving = worker;
    notifyAll();
  }

  void start() {
    thread.start();
  }

  private void work() {
    try {
      while (pause()) {
        round();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next round; false if there is none. */
  private synchronized boolean pause() throws InterruptedException {
    long until = clock.millis() + config.interval().toMillis();
    while (!stopping && clock.millis() < until) {
      wait(Math.max(1, until - clock.millis()));
    }
    return !stopping;
  }

  /** Does for each table what is due. */
  void round() {
    spark.sparkContext().addJobTag(TAG);
    spark.sparkContext().setLocalProperty("spark.scheduler.pool", TAG);
    try {
      for (Served table : snapshot()) {
        if (!isStopping() && table.mayBeDue(clock.instant())) {
          serving(table.worker);
          try {
            serve(table);
          } finally {
            serving(null);
          }
        }
      }
      if (config.besideIngest() && !isStopping()) {
        pruning.runDue();
      }
    } finally {
      spark.sparkContext().removeJobTag(TAG);
      spark.sparkContext().setLocalProperty("spark.scheduler.pool", null);
    }
  }

  private void serve(Served table) {
    TopicPosition looked = table.worker.position();
    try {
      leases.requireHeld();
      if (config.besideIngest()) {
        table.services.runDue();
      } else {
        table.services.planDue();
      }
      table.looked = looked;
      table.lookedAt = clock.instant();
      table.backoff.succeeded();
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      if (!isStopping()) {
        table.backoff.failed();
        LOG.error(
            "{}: its compaction, cleaning or archiving failed ({}); its commits go on, trying again in {} s",
            table.worker.name(),
            failed.getMessage(),
            table.backoff.untilDue().toSeconds());
        LOG.debug("table services", failed);
      }
    }
  }

  private synchronized List<Served> snapshot() {
    return List.copyOf(tables);
  }

  private synchronized boolean isStopping() {
    return stopping;
  }

  /** Cuts off what is under way, and waits for its thread. */
  void stop(Duration patience) throws InterruptedException {
    synchronized (this) {
      stopping = true;
      notifyAll();
    }
    spark.sparkContext().cancelJobsWithTag(TAG);
    thread.join(patience.toMillis());
    if (thread.isAlive()) {
      LOG.warn("a table service was cut off; the next run takes it up");
    }
  }
}
