package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.postgres.Catalog;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.MetastoreSync;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a database's tables into new lake tables as they are at one position of its WAL, and leaves
 * a replication slot there for the source connector.
 */
public final class SnapshotJob {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotJob.class);

  private final LakeConfig config;
  private final PostgresConfig source;
  private final SparkSession spark;
  private final Clock clock;
  private final SnapshotSettings settings;
  private final SnapshotProgress progress;
  private final Postgres database;
  private final Targets targets;
  private final RunLife life;
  private final LoadPool pool;

  /**
   * @throws LakeException if the configuration has no database
   */
  public SnapshotJob(
      LakeConfig config, SparkSession spark, Clock clock, SnapshotSettings settings) {
    this.config = config;
    this.source =
        config
            .postgres()
            .orElseThrow(
                () ->
                    new LakeException(
                        "postgres is missing; name the database to load: host, database, user, password, topic-prefix, slot and tables"));
    source.requireForSnapshot();
    this.spark = spark;
    this.clock = clock;
    this.settings = settings;
    this.progress = new SnapshotProgress(clock);
    this.database = Postgres.of(source);
    this.targets = new Targets(config, hadoop());
    SnapshotRuns runs = new SnapshotRuns(config.warehouse(), source.slot(), hadoop());
    this.life = new RunLife(source, database, runs, targets, clock);
    this.pool = new LoadPool(spark, progress, clock, settings.concurrentTables());
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** How far it is. */
  public SnapshotProgress progress() {
    return progress;
  }

  /** Ends the run as a failure does: all that it made is taken back, unless it is to be kept. */
  public void stop() {
    pool.stop();
  }

  /**
   * What a run would load; asks all that can be asked and makes nothing.
   *
   * @throws LakeException if it would be refused
   */
  public SnapshotPlan plan() {
    try (Connection session = database.open(HeldSnapshot.jobName(source.slot()))) {
      SnapshotPlan plan = SnapshotPlan.of(config, source, new Catalog(session));
      Preflight preflight = new Preflight(source, database, session, plan.sources());
      preflight.check();
      Optional<SnapshotRun> last = life.last();
      if (last.isPresent()) {
        RunLife.requireUnfinished(last.get(), session);
      } else {
        preflight.checkNew();
      }
      targets.requireNew(plan.tables(), last.map(SnapshotRun::id).orElse(""));
      targets.requireQuietTopics(plan.tables());
      return plan;
    } catch (SQLException failed) {
      throw database.told(failed);
    }
  }

  /**
   * Loads all tables. A run that was killed is gone on with, if its snapshot is still there.
   *
   * @throws LakeException if it can't, or failed; then nothing is left of it, unless asked for
   */
  public SnapshotResult run() throws InterruptedException {
    SnapshotPlan plan = plan();
    tellWhatIsLeftOut(plan);
    try (Leases leases = Leases.open(config, hadoop(), "snapshot");
        Connection session = database.open(HeldSnapshot.jobName(source.slot()))) {
      for (SnapshotTable table : plan.tables()) {
        leases.claim(Leases.Role.WRITER, table.name());
        leases.claim(Leases.Role.SERVICES, table.name());
      }
      return run(plan, session);
    } catch (SQLException failed) {
      throw database.told(failed);
    }
  }

  private static void tellWhatIsLeftOut(SnapshotPlan plan) {
    plan.skipped().forEach((table, reason) -> LOG.info("left out table={}: {}", table, reason));
    for (SnapshotTable table : plan.tables()) {
      if (!table.columns().leftOut().isEmpty()) {
        LOG.warn(
            "left out of table={}, as by the source connector: columns={}",
            table.name(),
            table.columns().leftOut());
      }
    }
  }

  private SnapshotResult run(SnapshotPlan plan, Connection session)
      throws SQLException, InterruptedException {
    long began = clock.millis();
    Optional<SnapshotRun> resumed = life.resumable(plan, session);
    if (resumed.isEmpty()) {
      // What an earlier run had left is gone by now; what is there is another's.
      new Preflight(source, database, session, plan.sources()).checkNew();
      targets.requireNew(plan.tables(), "");
    }
    try {
      SnapshotRun run =
          resumed.isPresent() ? resumed.get() : life.begin(plan, session, settings.hold());
      List<SnapshotTable> missing =
          plan.tables().stream().filter(table -> !targets.isMadeBy(table, run.id())).toList();
      List<SnapshotResult.Loaded> loaded =
          pool.load(missing, new TableLoad(spark, source, run), targets);
      life.finish(run, session);
      tellMetastore(plan);
      List<String> before =
          plan.tables().stream()
              .filter(table -> !missing.contains(table))
              .map(SnapshotTable::name)
              .toList();
      return new SnapshotResult(
          run.lsn(),
          loaded,
          before,
          Duration.ofMillis(clock.millis() - began),
          ReplicationSlot.walBytes(session, source.slot()));
    } catch (SQLException | RuntimeException | InterruptedException failed) {
      life.failed(failed, settings.keep(), session);
      throw failed;
    }
  }

  /** What it can't be told now it is told by ingest's first commit. */
  private void tellMetastore(SnapshotPlan plan) {
    Optional<MetastoreSync> sync = config.metastore().map(uri -> new MetastoreSync(uri, hadoop()));
    for (SnapshotTable table : plan.tables()) {
      try {
        sync.ifPresent(metastore -> metastore.sync(table.target()));
      } catch (RuntimeException failed) {
        LOG.warn(
            "the metastore could not be told of table={}, ingest will try again: {}",
            table.name(),
            failed.getMessage());
      }
    }
  }
}
