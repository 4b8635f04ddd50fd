package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.Changes;
import io.freshet.lake.change.Slice;
import io.freshet.lake.change.TruncateFoundException;
import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.metrics.Backlog;
import io.freshet.lake.metrics.TableMetrics;
import io.freshet.lake.source.Segment;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.LastCommit;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.TableSpec;
import io.freshet.lake.table.TableTimeline;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One table's work: the files that it has yet to read, and its next commit. */
final class TableWorker {
  private static final Logger LOG = LoggerFactory.getLogger(TableWorker.class);

  private final HudiTable table;
  private final Changes changes;
  private final TableQuarantine quarantine;
  private final Leases leases;
  private final Clock clock;
  private final TableMetrics metrics;
  private final PendingSegments pending;
  private final TableColumns columns;
  private final BatchWriter writer;
  private final Backoff backoff;
  private boolean unsure;
  private volatile boolean replayAsked;
  private final AtomicReference<Runnable> repair = new AtomicReference<>();
  private TruncateFoundException truncate;
  private Exception failure;

  TableWorker(
      HudiTable table,
      Changes changes,
      TableQuarantine quarantine,
      Leases leases,
      Clock clock,
      TableMetrics metrics,
      CommitLimits limits) {
    this.table = table;
    this.leases = leases;
    this.changes = changes;
    this.quarantine = quarantine;
    this.clock = clock;
    this.metrics = metrics;
    this.backoff = new Backoff(clock);
    Optional<LastCommit> last = table.lastCommit();
    metrics.opened(last.map(LastCommit::completed), last.flatMap(LastCommit::newestSource));
    this.pending =
        new PendingSegments(last.map(LastCommit::position).orElse(TopicPosition.START), limits);
    this.columns = new TableColumns(table);
    this.writer = new BatchWriter(table, quarantine);
    quarantine.open(position());
    metrics.quarantine(quarantine::size);
    lookForReplays();
  }

  TableSpec spec() {
    return table.spec();
  }

  HudiTable table() {
    return table;
  }

  String name() {
    return spec().config().name();
  }

  TableTimeline timeline() {
    return table.timeline();
  }

  TableMetrics metrics() {
    return metrics;
  }

  /** What it has yet to read of what was announced. */
  Backlog backlog() {
    return pending.backlog();
  }

  TopicPosition position() {
    return pending.position();
  }

  /** Takes notice of a segment, unless it was read already. */
  void offer(Segment segment) {
    pending.offer(segment);
  }

  /** Changes its settings, after the commit under way. */
  void configure(TableConfig settings) {
    table.configure(settings);
    LOG.info("configured table={} settings={}", name(), settings.settings());
  }

  /** Forgets what was announced, since it is announced again. */
  void forgetPending() {
    pending.forget();
  }

  int pendingFiles() {
    return pending.count();
  }

  boolean hasWork() {
    return pending.count() > 0 || replayAsked || repair.get() != null;
  }

  /** Takes a repair up, to be made before the next commit. */
  void askRepair(Runnable work) {
    repair.set(work);
  }

  /** Records that are in quarantine. */
  int quarantined() {
    return quarantine.size();
  }

  /**
   * Takes notice of requests for a replay; costs a table without a quarantine nothing.
   *
   * @return whether there are any
   */
  boolean lookForReplays() {
    if (quarantine.size() > 0 && !quarantine.requests().isEmpty()) {
      replayAsked = true;
    }
    return replayAsked;
  }

  Duration untilDue() {
    return backoff.untilDue();
  }

  int failures() {
    return backoff.failures();
  }

  /** What the last try failed with; empty after a success. */
  synchronized Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Makes one commit of the next files. A failure is kept, and its work stays.
   *
   * @return whether the metastore has something to learn of it
   */
  boolean commitNext() {
    if (backoff.failures() > 0) {
      metrics.retried();
    }
    try {
      boolean changed = commit();
      backoff.succeeded();
      setFailure(null);
      return changed;
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      // It may have failed behind its commit: the table itself is asked before the next try.
      unsure = true;
      backoff.failed();
      setFailure(told(failed));
      return false;
    }
  }

  /** What a task says for the operator comes wrapped in Hudi's and Spark's exceptions. */
  private static Exception told(Exception failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof LakeException known) {
        return known;
      }
    }
    return failed;
  }

  private synchronized void setFailure(Exception failed) {
    failure = failed;
  }

  private boolean commit() {
    if (unsure) {
      recover();
    }
    boolean replayed = replayAsked && replay();
    mend();
    if (isAtTruncate()) {
      return truncate();
    }
    List<Slice> batch = pending.next(columns.schema().isEmpty(), truncate);
    if (batch.isEmpty()) {
      return replayed;
    }
    long began = clock.millis();
    TopicPosition reached = pending.after(batch);
    StructType wanted;
    try (ChangeBatch changed = changes.batch(batch, spec().config().settings().bareNumeric())) {
      wanted = columns.wanted(changed);
      reached = changed.reaching(reached);
      if (wanted.isEmpty()) {
        writer.requireNoneBad(changed, wanted);
        // Nothing but tombstones so far, which are no rows: there is no table to make yet.
        pending.done(reached);
        return false;
      }
      leases.requireHeld();
      writer.write(changed, wanted, position(), reached);
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      truncate = TruncateFoundException.in(failed).orElseThrow(() -> BatchWriter.unchecked(failed));
      LOG.info("{}: {}", name(), truncate.getMessage());
      return commit();
    }
    boolean newColumns = columns.committed(wanted);
    pending.done(reached);
    return committed("commit", batch.size(), clock.millis() - began) || newColumns || replayed;
  }

  /** Takes note of what has just been committed; returns whether it has new partitions. */
  private boolean committed(String event, int segments, long millis) {
    Optional<HudiTable.Written> written = table.written();
    written
        .map(HudiTable.Written::commit)
        .ifPresent(commit -> note(event, segments, millis, commit));
    return written.map(HudiTable.Written::newPartitions).orElse(false);
  }

  private void note(String event, int segments, long millis, LastCommit commit) {
    metrics.committed(
        commit.rows(),
        commit.bytes(),
        Duration.ofMillis(millis),
        commit.completed(),
        commit.newestSource());
    LOG.info(
        "{} table={} segments={} rows={} bytes={} ms={} freshness_ms={} position={}",
        event,
        name(),
        segments,
        commit.rows(),
        commit.bytes(),
        millis,
        commit
            .newestSource()
            .map(time -> Long.toString(Duration.between(time, commit.completed()).toMillis()))
            .orElse("-"),
        commit.position().toJson());
  }

  /** Lets the next change of a column's type that does not fit split that column. */
  void acceptSchema() {
    columns.accept();
  }

  private void mend() {
    Runnable asked = repair.getAndSet(null);
    if (asked != null) {
      leases.requireHeld();
      asked.run();
    }
  }

  private boolean replay() {
    replayAsked = false;
    List<String> requests = quarantine.requests();
    columns.reset(
        new Replay(table, changes, quarantine).run(requests, columns.schema(), position()));
    return !requests.isEmpty();
  }

  private boolean isAtTruncate() {
    return truncate != null && position().of(truncate.partition()).orElse(-1) == truncate.offset();
  }

  /** Empties the table in a commit of its own, so that what was before can still be read as of. */
  private boolean truncate() {
    if (position().next().size() > 1) {
      throw new LakeException(
          "%s: topic %s has %d partitions, so there is no telling which changes came before its TRUNCATE at offset %d of partition %d; a table that is truncated needs a topic of one partition"
              .formatted(
                  name(),
                  spec().config().topic(),
                  position().next().size(),
                  truncate.offset(),
                  truncate.partition()));
    }
    long began = clock.millis();
    TopicPosition reached = position().with(truncate.partition(), truncate.offset() + 1);
    leases.requireHeld();
    table.truncate(reached);
    truncate = null;
    pending.done(reached);
    committed("truncate", 1, clock.millis() - began);
    return true;
  }

  private void recover() {
    pending.done(table.position());
    columns.reload();
    quarantine.open(position());
    lookForReplays();
    unsure = false;
  }
}
