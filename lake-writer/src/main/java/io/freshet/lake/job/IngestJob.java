package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.metrics.JobStatus;
import io.freshet.lake.metrics.StatusServer;
import io.freshet.lake.metrics.StoreRequests;
import io.freshet.lake.table.FileViews;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.MetastoreSync;
import io.freshet.lake.verify.VerifyResults;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The continuous job: one streaming query announces landed files, and a pool of writers commits
 * them to their tables.
 *
 * <p>The query keeps no state of its own worth having, and a table that is slow or failing neither
 * holds up another nor loses its place.
 */
public final class IngestJob implements StatusServer.Job {
  private static final Logger LOG = LoggerFactory.getLogger(IngestJob.class);

  /** A run that ends gives up a failing table; one that goes on never does. */
  private static final int ATTEMPTS_ONCE = 3;

  /** How often the tables that have a quarantine look for requests to replay it. */
  private static final Duration REPLAY_INTERVAL = Duration.ofSeconds(5);

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final Duration SYNC_PATIENCE = Duration.ofSeconds(60);

  private volatile LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final boolean once;
  private final StoreRequests requests;
  private final JobMonitor monitor;
  private final Optional<SyncQueue> sync;
  private final TablePool pool;
  private final Leases leases;
  private final ServiceLoop services;
  private final FileViews views;
  private final TableSet tables;
  private final FileCounter files;
  private final TableRepairs repairs;
  private final VerifyResults verified;
  private Instant nextLook;
  private volatile boolean restart;
  private volatile boolean stopping;

  /**
   * @param once whether to end when all that has landed is committed
   * @throws LakeException if a part can't be reached, or the configuration does not fit it
   */
  public IngestJob(LakeConfig config, SparkSession spark, Clock clock, boolean once) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.once = once;
    int attempts = once ? ATTEMPTS_ONCE : Integer.MAX_VALUE;
    this.requests =
        new StoreRequests(
            spark.sparkContext().hadoopConfiguration(),
            List.of(config.warehouse(), config.source().root()));
    this.monitor = new JobMonitor(clock, config.source().toString(), attempts, requests);
    this.sync =
        config
            .metastore()
            .map(
                uri ->
                    new SyncQueue(
                        new MetastoreSync(uri, spark.sparkContext().hadoopConfiguration()), clock));
    this.pool =
        new TablePool(
            config.concurrentTables(),
            attempts,
            table -> sync.ifPresent(queue -> queue.request(table.spec())));
    this.leases = Leases.open(config, spark.sparkContext().hadoopConfiguration(), "ingest");
    this.services = new ServiceLoop(spark, config, leases, clock);
    this.views = new FileViews(spark);
    this.verified =
        new VerifyResults(config.warehouse(), spark.sparkContext().hadoopConfiguration(), clock);
    this.tables = new TableSet(config, spark, leases, clock, monitor.metrics(), views, this::open);
    this.files = new FileCounter(clock, tables::all, this::lookForResults);
    this.repairs = new TableRepairs(config, spark, clock);
    try {
      tables.openAll(
          Topics.of(
              config.source(), spark.sparkContext().hadoopConfiguration(), requests::countSource));
    } catch (RuntimeException refused) {
      tables.close();
      views.close();
      leases.close();
      throw refused;
    }
  }

  private void open(TableWorker table) {
    monitor.add(table);
    table.metrics().verified(() -> verified.of(table.name()));
    pool.add(table);
    services.add(table);
  }

  /**
   * Lets a table go on whose column got a type that does not fit: its next such change splits the
   * column.
   *
   * @param table {@code database.table}
   * @throws LakeException if the job has no such table
   */
  public void acceptSchema(String table) {
    tables.all().stream()
        .filter(worker -> worker.name().equals(table))
        .findFirst()
        .orElseThrow(
            () ->
                new LakeException(
                    "--accept-schema names %s, but the tables are %s"
                        .formatted(table, tables.all().stream().map(TableWorker::name).toList())))
        .acceptSchema();
  }

  /**
   * Runs until all is committed ({@code once}), or until {@link #stop}.
   *
   * @throws LakeException if a table was given up, a run that ends was stopped early or could not
   *     tell the metastore, or the landing log can't be read
   */
  public void run() throws InterruptedException {
    pool.start();
    if (!once) {
      services.start();
    }
    files.start();
    try (Announcer announcer = new Announcer(spark, clock, once, requests, tables, pool)) {
      announcer.start(config, () -> stopping);
      monitor.enter(JobStatus.Phase.RUNNING);
      requestSyncs();
      nextLook = clock.instant().plus(REPLAY_INTERVAL);
      announcer.await(() -> stopping || restart, this::lookAround);
      while (restart && !stopping) {
        restart = false;
        tables.forgetPending();
        announcer.start(config, () -> stopping);
        announcer.await(() -> stopping || restart, this::lookAround);
      }
      if (once) {
        pool.awaitIdle();
        pool.requireAlive();
        requireAllCommitted();
        if (stopping) {
          throw new LakeException("stopped before all that has landed was committed");
        }
        services.round();
        requireSynced();
      }
    } finally {
      files.stop();
      pool.stop(STOP_PATIENCE);
      services.stop(STOP_PATIENCE);
      if (sync.isPresent()) {
        sync.get().stop();
      }
      tables.close();
      views.close();
      leases.close();
    }
  }

  private void requestSyncs() {
    sync.ifPresent(
        queue ->
            tables.all().stream()
                .filter(t -> !t.position().next().isEmpty())
                .forEach(t -> queue.request(t.spec())));
  }

  /** What is looked after while the query runs. */
  private void lookAround() {
    pool.requireAlive();
    if (leases.isLost()) {
      leases.requireHeld();
    }
    if (clock.instant().isAfter(nextLook)) {
      lookForReplays();
      nextLook = clock.instant().plus(REPLAY_INTERVAL);
    }
  }

  private void lookForReplays() {
    try {
      boolean asked = repairs.look(tables.all());
      if (tables.lookForReplays() || asked) {
        pool.wake();
      }
    } catch (LakeException unreachable) {
      LOG.warn("{}; looking for replays and repairs again later", unreachable.getMessage());
    }
  }

  private void lookForResults() {
    if (config.postgres().isPresent()) {
      verified.refresh();
    }
  }

  private void requireAllCommitted() {
    for (TableWorker table : tables.all()) {
      Optional<Exception> failure = table.failure();
      if (failure.isPresent()) {
        throw new LakeException(
            "%s was not written: %s".formatted(table.name(), failure.get().getMessage()),
            failure.get());
      }
    }
    if (!tables.refused().isEmpty()) {
      throw new LakeException(
          "topics were left out: " + String.join("; ", tables.refused().values()));
    }
  }

  private void requireSynced() throws InterruptedException {
    if (sync.isPresent()) {
      String failure = sync.get().awaitIdle(once ? SYNC_PATIENCE : Duration.ZERO);
      if (!failure.isEmpty()) {
        throw new LakeException(
            "all is committed, but the metastore %s could not be told: %s"
                .formatted(config.metastore().orElseThrow(), failure));
      }
    }
  }

  /**
   * Follows a changed configuration as far as a running job can. What it can't follow stays as it
   * was, and {@link #status} says so.
   */
  public void reload(LakeConfig changed) {
    List<String> refused = new ArrayList<>(Reload.refused(config, changed));
    if (!changed.rules().equals(config.rules())) {
      config = Reload.merged(config, changed);
      TableSet.Reloaded reloaded = tables.reload(config);
      reloaded.closed().forEach(this::close);
      refused.addAll(reloaded.refused());
      restart = true;
      requestSyncs();
    }
    LOG.info("config changed refused={}", refused);
    monitor.configured(refused);
  }

  /** Goes on as before, since a changed configuration can't be used; {@link #status} says why. */
  public void keepConfig(LakeException broken) {
    LOG.error("config changed, but can't be used: {}", broken.getMessage());
    monitor.configured(broken.getMessage().lines().toList());
  }

  private void close(TableWorker table) {
    try {
      pool.remove(table);
      services.remove(table);
      table.metrics().close();
      table.table().release();
      LOG.info("let go table={} position={}", table.name(), table.position().toJson());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes {@link #run} return after the commits under way; returns at once itself. */
  public void stop() {
    LOG.info("stopping after the commits under way");
    stopping = true;
    monitor.enter(JobStatus.Phase.STOPPING);
    pool.stopSoon();
  }

  /** Ends the writers as an Error in one of them does. */
  void breakOff(Error broken) {
    pool.giveUp(broken);
  }

  @Override
  public JobStatus status() {
    return monitor.status(pool::broken, tables.all(), tables.refused());
  }

  @Override
  public String scrape() {
    return monitor.metrics().scrape();
  }
}
