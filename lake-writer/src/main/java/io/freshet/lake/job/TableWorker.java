package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.BadRecord;
import io.freshet.lake.change.BadRecordException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.Changes;
import io.freshet.lake.change.MovedRowFoundException;
import io.freshet.lake.change.Slice;
import io.freshet.lake.change.TruncateFoundException;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One table's work: the files that it has yet to read, and its next commit. */
final class TableWorker {
  private static final Logger LOG = LoggerFactory.getLogger(TableWorker.class);

  /** What one commit takes at most: bounds its memory, and how much a failure repeats. */
  private static final long BYTES_PER_COMMIT = 256L << 20;

  private static final int FILES_PER_COMMIT = 1_000;

  private final HudiTable table;
  private final Changes changes;
  private final TableQuarantine quarantine;
  private final Leases leases;
  private final Clock clock;
  private final TableMetrics metrics;
  private final Deque<Segment> pending = new ArrayDeque<>();
  private final Backoff backoff;
  private TopicPosition position;
  private StructType schema;
  private boolean unsure;
  private volatile boolean acceptsSchema;
  private boolean splits;
  private String difference = "";
  private volatile boolean replayAsked;
  private TruncateFoundException truncate;
  private Exception failure;

  TableWorker(
      HudiTable table,
      Changes changes,
      TableQuarantine quarantine,
      Leases leases,
      Clock clock,
      TableMetrics metrics) {
    this.table = table;
    this.leases = leases;
    this.changes = changes;
    this.quarantine = quarantine;
    this.clock = clock;
    this.metrics = metrics;
    this.backoff = new Backoff(clock);
    Optional<LastCommit> last = table.lastCommit();
    metrics.opened(last.map(LastCommit::completed), last.flatMap(LastCommit::newestSource));
    this.position = last.map(LastCommit::position).orElse(TopicPosition.START);
    this.schema = table.schema();
    quarantine.open(position);
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
  synchronized Backlog backlog() {
    return Backlogs.of(pending, position);
  }

  synchronized TopicPosition position() {
    return position;
  }

  /** Takes notice of a segment, unless it was read already. */
  synchronized void offer(Segment segment) {
    if (!position.covers(segment)) {
      pending.addLast(segment);
    }
  }

  /** Changes its settings, after the commit under way. */
  void configure(TableConfig settings) {
    table.configure(settings);
    LOG.info("configured table={} settings={}", name(), settings.settings());
  }

  /** Forgets what was announced, since it is announced again. */
  synchronized void forgetPending() {
    pending.clear();
  }

  synchronized int pendingFiles() {
    return pending.size();
  }

  synchronized boolean hasWork() {
    return !pending.isEmpty() || replayAsked;
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
    if (isAtTruncate()) {
      return truncate();
    }
    List<Slice> batch = nextBatch();
    if (batch.isEmpty()) {
      return replayed;
    }
    long began = clock.millis();
    TopicPosition reached = position();
    for (Slice slice : batch) {
      Segment segment = slice.segment();
      reached = reached.with(segment.partition(), Math.min(segment.next(), slice.until()));
    }
    StructType wanted;
    try (ChangeBatch changed = changes.batch(batch, spec().config().settings().bareNumeric())) {
      wanted = wanted(changed);
      reached = changed.reaching(reached);
      if (wanted.isEmpty()) {
        requireNoneBad(changed, wanted);
        // Nothing but tombstones so far, which are no rows: there is no table to make yet.
        done(reached);
        return false;
      }
      leases.requireHeld();
      write(changed, wanted, reached);
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      truncate = TruncateFoundException.in(failed).orElseThrow(() -> unchecked(failed));
      LOG.info("{}: {}", name(), truncate.getMessage());
      return commit();
    }
    boolean newSchema = !wanted.equals(schema);
    if (splits) {
      acceptsSchema = false; // What is accepted is one change, not all that may come.
      splits = false;
    }
    schema = wanted;
    done(reached);
    return committed("commit", batch.size(), clock.millis() - began) || newSchema || replayed;
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

  private StructType wanted(ChangeBatch changed) {
    StructType wanted = schema(changed, false);
    String words = changed.difference(schema, wanted);
    if (!words.isEmpty() && !words.equals(difference)) {
      LOG.info("{}: the source's columns changed: {}", name(), words);
    }
    difference = words;
    return wanted;
  }

  private StructType schema(ChangeBatch changed, boolean accepted) {
    List<String> keys = spec().keys();
    List<String> partitionBy = spec().config().partitionBy();
    try {
      return changed.schema(name(), schema, keys, partitionBy, accepted);
    } catch (LakeException misfit) {
      if (accepted || !acceptsSchema) {
        throw misfit;
      }
      splits = true;
      return schema(changed, true);
    }
  }

  /** Lets the next change of a column's type that does not fit split that column. */
  void acceptSchema() {
    acceptsSchema = true;
  }

  private void write(ChangeBatch changed, StructType wanted, TopicPosition reached) {
    try {
      writeGood(changed, wanted, reached);
    } catch (Exception failed) {
      // Spark's Scala throws checked exceptions that Java's compiler does not know of.
      if (!BadRecordException.isIn(failed)) {
        throw TableWorker.<RuntimeException>unchecked(failed);
      }
      quarantine.putAside(bad(changed, wanted), position());
      writeGood(changed, wanted, reached);
    }
  }

  private void writeGood(ChangeBatch changed, StructType wanted, TopicPosition reached) {
    List<String> keys = spec().keys();
    try {
      table.commit(changed.rows(wanted, keys, quarantine.known()), reached);
    } catch (Exception failed) {
      if (!MovedRowFoundException.in(failed)) {
        throw TableWorker.<RuntimeException>unchecked(failed);
      }
      LOG.info("{}: rows have new primary keys; taking what was not logged from the old", name());
      table.commit(changed.movedRows(wanted, keys, quarantine.known(), table.rows()), reached);
    }
  }

  private List<BadRecord> bad(ChangeBatch changed, StructType wanted) {
    return changed.badRecords(wanted, spec().keys(), quarantine.known(), quarantine.room() + 1);
  }

  /** Without a single message that can be read there is no table, and no commit to go by. */
  private void requireNoneBad(ChangeBatch changed, StructType wanted) {
    for (BadRecord record : bad(changed, wanted)) {
      throw new LakeException(
          "%s: no message of topic %s can be read so far, so there is no table to make; %s: %s"
              .formatted(name(), record.topic(), record.place(), record.reason()));
    }
  }

  private boolean replay() {
    replayAsked = false;
    List<String> requests = quarantine.requests();
    schema = new Replay(table, changes, quarantine).run(requests, schema, position());
    return !requests.isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> RuntimeException unchecked(Exception failed) throws E {
    throw (E) failed;
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
    done(reached);
    committed("truncate", 1, clock.millis() - began);
    return true;
  }

  private void recover() {
    done(table.position());
    schema = table.schema();
    quarantine.open(position());
    lookForReplays();
    unsure = false;
  }

  private synchronized void done(TopicPosition reached) {
    position = reached;
    pending.removeIf(reached::covers);
  }

  private synchronized List<Slice> nextBatch() {
    List<Slice> batch = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : pending) {
      if (!batch.isEmpty()
          && !isOneStep(batch.get(batch.size() - 1).segment(), segment)
          && (bytes + segment.bytes() > BYTES_PER_COMMIT || batch.size() >= FILES_PER_COMMIT)) {
        break;
      }
      long until =
          truncate != null && truncate.partition() == segment.partition()
              ? truncate.offset()
              : Long.MAX_VALUE;
      if (segment.position() < until) {
        long from = position.of(segment.partition()).orElse(segment.position());
        batch.add(new Slice(segment, from, until));
        bytes += segment.bytes();
      }
    }
    return batch;
  }

  /** Files that were landed by one commit are read by one: they share their place in the log. */
  private static boolean isOneStep(Segment former, Segment segment) {
    return former.partition() == segment.partition() && former.position() == segment.position();
  }
}
