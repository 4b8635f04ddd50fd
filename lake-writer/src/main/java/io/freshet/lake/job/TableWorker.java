package io.freshet.lake.job;

import io.freshet.lake.change.LandedChanges;
import io.freshet.lake.source.LandedFile;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
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
  private final LandedChanges changes;
  private final Clock clock;
  private final Deque<LandedFile> pending = new ArrayDeque<>();
  private final Backoff backoff;
  private TopicPosition position;
  private StructType schema;
  private boolean unsure;
  private Exception failure;

  TableWorker(HudiTable table, LandedChanges changes, Clock clock) {
    this.table = table;
    this.changes = changes;
    this.clock = clock;
    this.backoff = new Backoff(clock);
    this.position = table.position();
    this.schema = table.schema();
  }

  TableSpec spec() {
    return table.spec();
  }

  String name() {
    return spec().config().name();
  }

  synchronized TopicPosition position() {
    return position;
  }

  /** Takes notice of landed files; those of other topics or read already are left out. */
  synchronized void offer(List<LandedFile> files) {
    for (LandedFile file : files) {
      if (file.topic().equals(spec().config().topic()) && !position.covers(file)) {
        pending.addLast(file);
      }
    }
  }

  synchronized int pendingFiles() {
    return pending.size();
  }

  synchronized boolean hasWork() {
    return !pending.isEmpty();
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
      setFailure(failed);
      return false;
    }
  }

  private synchronized void setFailure(Exception failed) {
    failure = failed;
  }

  private boolean commit() {
    if (unsure) {
      recover();
    }
    List<LandedFile> batch = nextBatch();
    if (batch.isEmpty()) {
      return false;
    }
    long began = clock.millis();
    StructType wanted = changes.schema(name(), schema, batch, spec().keys());
    TopicPosition reached = position();
    long records = 0;
    for (LandedFile file : batch) {
      reached = reached.with(file.partition(), file.next());
      records += file.records();
    }
    if (wanted.isEmpty()) {
      // Nothing but tombstones so far, which are no rows: there is no table to make yet.
      done(reached);
      return false;
    }
    table.commit(changes.rows(batch, wanted, spec().keys()), reached);
    boolean newSchema = !wanted.equals(schema);
    schema = wanted;
    done(reached);
    LOG.info(
        "{}: committed {} changes from {} files in {} ms, position {}",
        name(),
        records,
        batch.size(),
        clock.millis() - began,
        reached.toJson());
    return table.hasNewPartitions() || newSchema;
  }

  private void recover() {
    done(table.position());
    schema = table.schema();
    unsure = false;
  }

  private synchronized void done(TopicPosition reached) {
    position = reached;
    pending.removeIf(reached::covers);
  }

  private synchronized List<LandedFile> nextBatch() {
    List<LandedFile> batch = new ArrayList<>();
    long bytes = 0;
    for (LandedFile file : pending) {
      if (!batch.isEmpty()
          && !isOneStep(batch.get(batch.size() - 1), file)
          && (bytes + file.bytes() > BYTES_PER_COMMIT || batch.size() >= FILES_PER_COMMIT)) {
        break;
      }
      batch.add(file);
      bytes += file.bytes();
    }
    return batch;
  }

  /** Files that were landed by one commit are read by one: they share their place in the log. */
  private static boolean isOneStep(LandedFile former, LandedFile file) {
    return former.partition() == file.partition() && former.position() == file.position();
  }
}
