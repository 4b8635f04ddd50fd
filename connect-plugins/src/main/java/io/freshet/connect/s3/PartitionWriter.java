package io.freshet.connect.s3;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.partition.Partitioner;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One Kafka partition on its way into the landing log.
 *
 * <p>Two positions say where it stands: {@code end}, where the log ends, and {@code consumed},
 * before which every record is landed, buffered or passed over. A method that fails with a {@link
 * RetriableException} leaves both where they are true, so Connect may deliver the same records
 * again: those below {@code consumed} are known.
 */
final class PartitionWriter implements AutoCloseable {
  /**
   * Debezium's header of a delete that is half of a changed primary key; a create follows it. One
   * file holds both, so that no reader sees the row gone before it is there again.
   */
  private static final String NEW_KEY_HEADER = "__debezium.newkey";

  private static final long PARTNER_PATIENCE_MS = 10_000;

  private final TopicPartition partition;
  private final SinkServices services;
  private final Optional<String> hint;
  private final String ownPath;
  private final CurrentSchemas schemas;
  private final PartitionEvents events;
  private final PendingReports reports;
  private final LogEnd end;

  private boolean located;
  private long consumed = LogEnd.UNKNOWN;
  private long newest = LogEnd.UNKNOWN;
  private boolean awaitingSeek;
  private boolean justSought;
  private boolean ending;
  private boolean awaitingPartner;
  private OpenFiles open;
  private SealedFiles sealed;

  /**
   * @param hint what was committed along with the group's offset, if anything was
   */
  PartitionWriter(TopicPartition partition, SinkServices services, Optional<String> hint) {
    this.partition = partition;
    this.services = services;
    this.hint = hint;
    this.ownPath = Partitioner.ofKafkaPartition(partition.partition());
    this.schemas = services.layout().currentSchemas();
    this.events = new PartitionEvents(partition, services.metrics());
    this.reports = new PendingReports(partition);
    this.end = new LogEnd(partition, services, events);
  }

  boolean isLocated() {
    return located;
  }

  /** Whether it waits for nothing but records. */
  boolean isSettled() {
    return located && !awaitingSeek && sealed == null;
  }

  /**
   * Whether a record is of this partition. A transform may have renamed the topic; positions belong
   * to the partition that was consumed.
   */
  boolean isOf(SinkRecord record) {
    return record.originalKafkaPartition() == partition.partition()
        && record.originalTopic().equals(partition.topic());
  }

  /**
   * Finds the end of the log and has the consumer go there.
   *
   * @throws RetriableException if S3 doesn't answer; to be called again then
   */
  void locate() {
    Optional<LandingLog.Tail> tail = end.find(hint);
    located = true;
    tail.ifPresent(found -> seek(found.next()));
  }

  /** What it tells of itself. */
  PartitionEvents events() {
    return events;
  }

  /** Shows how things stand. */
  void show() {
    events.stand(open, Math.max(0, newest + 1 - Math.max(0, end.position())));
  }

  private void seek(long next) {
    consumed = next;
    justSought = true;
    // A seek that outlives the assignment would fail the task.
    if (!ending) {
      services.context().offset(partition, next);
    }
  }

  /** Passes over records until the seek has reached the consumer: they are from before it. */
  void awaitSeek() {
    awaitingSeek = justSought;
  }

  /** The consumer delivers from the position that was sought last. */
  void seekDone() {
    awaitingSeek = false;
  }

  /**
   * Takes one record; rotates the file before it (another schema) or after it (full).
   *
   * @param now about the present, milliseconds since the epoch
   */
  void append(SinkRecord record, long now) {
    long offset = record.originalKafkaOffset();
    newest = Math.max(newest, offset);
    if (awaitingSeek) {
      return;
    }
    if (consumed == LogEnd.UNKNOWN) {
      end.startAt(offset);
      consumed = offset;
    }
    if (justSought) {
      services.missing().check(partition, consumed, offset);
      justSought = false;
    }
    if (offset < consumed) {
      return;
    }
    boolean full = false;
    try {
      if (record.value() == null && services.onNull() != NullValues.WRITE) {
        passOverNull(record);
      } else {
        OpenFile file = buffer(record, services.encode(record), now);
        if (file == null) {
          return;
        }
        full = services.rotation().isFull(file);
      }
    } catch (BadRecordException bad) {
      reports.add(services.errant().report(record, bad));
    }
    consumed = offset + 1;
    if (full && !awaitingPartner) {
      rotate();
    }
  }

  private void passOverNull(SinkRecord record) {
    if (services.onNull() == NullValues.FAIL) {
      throw new BadRecordException(
          record,
          "the value is null; "
              + ErrorOptions.NULL_VALUES
              + "=ignore passes it over, =write lands it with its key");
    }
  }

  /** The file that took the record; null if what was open had to be landed first and was fenced. */
  private OpenFile buffer(SinkRecord record, EncodedRecord encoded, long now) {
    services.buffers().makeRoom();
    Partitioner partitioner = services.layout().partitioner();
    String path =
        partitioner == Partitioner.KAFKA_PARTITION ? ownPath : partitioner.path(record, encoded);
    EncodedRecord row = schemas.fit(record, path, encoded);
    if (hasOpen() && !services.layout().fits(open, path, row.schema())) {
      rotate();
      if (awaitingSeek) {
        return null;
      }
    }
    if (!hasOpen()) {
      // Landing what was open before may have taken a while.
      open = new OpenFiles(services::openFile, services.clock().millis());
    }
    awaitingPartner = announcesPartner(record);
    Long timestamp = record.timestamp();
    return open.append(
        path, row, record.originalKafkaOffset(), timestamp == null ? -1 : timestamp, now);
  }

  /** Whether it is the first half of a changed key, whose second half follows at once. */
  private static boolean announcesPartner(SinkRecord record) {
    return !record.headers().isEmpty() && record.headers().lastWithName(NEW_KEY_HEADER) != null;
  }

  private boolean hasOpen() {
    return open != null && open.count() > 0;
  }

  /**
   * When the open files are complete by their age, milliseconds since the epoch; {@link
   * Long#MAX_VALUE}: never.
   */
  long dueAt() {
    if (!hasOpen()) {
      return Long.MAX_VALUE;
    }
    long due = services.rotation().dueAt(open);
    return awaitingPartner ? Math.max(due, open.appendedAt() + PARTNER_PATIENCE_MS) : due;
  }

  /** Lands the open files if their time has come. */
  void rotateIfDue(long now) {
    if (dueAt() <= now) {
      rotate();
    }
  }

  private void rotate() {
    sealed = open.seal(partition, end.position(), consumed);
    open = null;
    landSealed();
  }

  /**
   * Lands the files whose landing failed before, if there are any.
   *
   * @throws RetriableException if it fails again; to be called again then
   */
  void landSealed() {
    if (sealed == null) {
      return;
    }
    reports.await();
    Optional<LandingLog.Tail> winner = end.land(sealed);
    if (winner.isPresent()) {
      drop();
      seek(winner.get().next());
      awaitingSeek = true;
    } else {
      sealed.close();
      sealed = null;
      if (!ending) {
        // The group's offsets tell others what has landed, and the next owner where.
        services.context().requestCommit();
      }
    }
  }

  /** See {@link LogEnd#landed}. */
  Optional<OffsetAndMetadata> landed() {
    return end.landed();
  }

  /**
   * Lands what is buffered, if it can be done at once; what isn't is read again by the next owner.
   */
  void landRest() {
    ending = true;
    if (awaitingSeek || !services.rotation().onClose()) {
      return;
    }
    try {
      landSealed();
      if (hasOpen()) {
        rotate();
      }
    } catch (ConnectException notNow) {
      events.left(end.position(), notNow);
    }
  }

  /** Drops what is buffered; the partition's next owner reads it again. */
  @Override
  public void close() {
    events.close();
    drop();
  }

  private void drop() {
    reports.forget();
    if (open != null) {
      open.close();
      open = null;
    }
    if (sealed != null) {
      sealed.close();
      sealed = null;
    }
  }
}
