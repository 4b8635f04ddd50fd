package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.postgres.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run makes beside the lake's tables, from its beginning to its end, whichever that is. */
final class RunLife {
  private static final Logger LOG = LoggerFactory.getLogger(RunLife.class);

  private final PostgresConfig source;
  private final Postgres database;
  private final SnapshotRuns runs;
  private final Targets targets;
  private final Clock clock;

  RunLife(
      PostgresConfig source, Postgres database, SnapshotRuns runs, Targets targets, Clock clock) {
    this.source = source;
    this.database = database;
    this.runs = runs;
    this.targets = targets;
    this.clock = clock;
  }

  /** The newest run with this slot. */
  Optional<SnapshotRun> last() {
    return runs.find();
  }

  /**
   * @throws LakeException if a run is finished, and its slot waits for the source connector
   */
  static void requireUnfinished(SnapshotRun run, Connection session) throws SQLException {
    if (run.finished() && ReplicationSlot.exists(session, run.slot())) {
      throw new LakeException(
          "the snapshot with the slot %s is finished, at LSN %s; deploy the source connector on it. To load all anew, drop the slot (SELECT pg_drop_replication_slot('%s')), the publication %s, and the tables %s"
              .formatted(run.slot(), run.lsn(), run.slot(), run.publication(), run.lakeTables()));
    }
  }

  /** A run that was killed and can be gone on with. One that can't is taken back. */
  Optional<SnapshotRun> resumable(SnapshotPlan plan, Connection session)
      throws SQLException, InterruptedException {
    Optional<SnapshotRun> found = runs.find();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SnapshotRun run = found.get();
    if (run.finished()) {
      runs.delete(); // Its slot was dropped, so it is over; its tables are not taken away.
      return Optional.empty();
    }
    String reason = reasonAgainst(run, plan, session);
    if (reason.isEmpty()) {
      LOG.info("going on with slot={} lsn={}: its snapshot is there", run.slot(), run.lsn());
      return found;
    }
    LOG.warn("starting over: the run with slot={} can't be gone on with: {}", run.slot(), reason);
    undo(run, session);
    return Optional.empty();
  }

  private String reasonAgainst(SnapshotRun run, SnapshotPlan plan, Connection session)
      throws SQLException {
    if (!run.hasSlot() || !ReplicationSlot.exists(session, run.slot())) {
      return "its slot is not there";
    }
    if (!run.lakeTables().equals(lakeTables(plan)) || !run.tables().equals(sources(plan))) {
      return "its tables were %s".formatted(run.lakeTables());
    }
    return HeldSnapshot.isAlive(database, run.slot(), run.snapshot()) ? "" : "its snapshot is gone";
  }

  /** Makes the publication, the slot, and a snapshot that outlives this process. */
  SnapshotRun begin(SnapshotPlan plan, Connection session, Duration hold) throws SQLException {
    boolean own = !Publication.exists(session, source.publication());
    SnapshotRun run =
        new SnapshotRun(
            UUID.randomUUID().toString(),
            source.slot(),
            source.publication(),
            own,
            "",
            "",
            0,
            0,
            sources(plan),
            lakeTables(plan),
            false);
    runs.write(run);
    if (own) {
      // Before the slot: decoding looks for it as it was at each change.
      Publication.create(session, source.publication(), plan.sources());
    }
    Publication.mark(session, run, source.topicPrefix());
    LOG.info(
        "making slot={} publication={}; PostgreSQL waits for the transactions that write now to end",
        source.slot(),
        source.publication());
    try (Connection replication = database.openReplication(HeldSnapshot.jobName(source.slot()))) {
      ReplicationSlot.Made slot = ReplicationSlot.create(replication, source.slot());
      HeldSnapshot held = HeldSnapshot.of(database, source.slot(), slot.snapshot(), hold);
      run = run.begunAt(slot.lsn(), held, clock.millis());
    }
    runs.write(run);
    Publication.mark(session, run, source.topicPrefix());
    LOG.info("made slot={} lsn={} snapshot={}", source.slot(), run.lsn(), run.snapshot());
    return run;
  }

  /** All tables are there: the source connector may go on. */
  void finish(SnapshotRun loaded, Connection session) throws SQLException {
    SnapshotRun run = loaded.done();
    Publication.mark(session, run, source.topicPrefix());
    runs.write(run);
    HeldSnapshot.release(session, run.slot(), run.holder());
  }

  /**
   * Takes back what an unfinished run has made.
   *
   * @param failure what it failed with; gets what fails here as well
   * @param keep whether it is to be left for the next run
   */
  void failed(Exception failure, boolean keep, Connection session) {
    try {
      Optional<SnapshotRun> made = runs.find().filter(run -> !run.finished());
      if (made.isPresent() && keep) {
        LOG.warn(
            "kept slot={} publication={} for the next run", source.slot(), source.publication());
      } else if (made.isPresent()) {
        undo(made.get(), session);
        LOG.info("taken back slot={} tables={}", source.slot(), made.get().lakeTables());
      }
    } catch (SQLException | RuntimeException | InterruptedException alsoFailed) {
      failure.addSuppressed(alsoFailed);
      LOG.error(
          "could not take back slot={}, which keeps WAL, and publication={}; run snapshot again, or drop both: {}",
          source.slot(),
          source.publication(),
          alsoFailed.getMessage());
    }
  }

  private void undo(SnapshotRun run, Connection session) throws SQLException, InterruptedException {
    HeldSnapshot.release(session, run.slot(), run.holder());
    ReplicationSlot.drop(database, session, run.slot());
    Publication.undo(session, run);
    targets.undo(run);
    runs.delete();
  }

  private static List<String> sources(SnapshotPlan plan) {
    return plan.sources().stream().map(Relation::title).sorted().toList();
  }

  private static List<String> lakeTables(SnapshotPlan plan) {
    return plan.tables().stream().map(SnapshotTable::name).sorted().toList();
  }
}
