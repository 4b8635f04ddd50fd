package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * All partitions of one task.
 *
 * <p>Connect applies a seek asked for through the context before it next polls, and after a {@link
 * RetriableException} from {@code put} it delivers <em>the same batch</em> again without polling.
 * So a seek asked for in one {@code put} has reached the records of the next one, unless the former
 * failed: then the batch is still the one from before the seek.
 */
final class LandingSink implements AutoCloseable {
  private final SinkServices services;
  private final long retryBackoffMs;
  private final Map<TopicPartition, PartitionWriter> writers = new LinkedHashMap<>();
  private final Set<PartitionWriter> taking = new LinkedHashSet<>();
  private boolean redelivering;

  /**
   * Whether no partition waits for anything but records. With thousands of partitions, of which a
   * batch has a few, asking each of them at each batch would take longer than the batch.
   */
  private boolean settled;

  /** No partition's files are due before it, milliseconds since the epoch. */
  private long nextDue;

  /**
   * @param retryBackoffMs milliseconds before a failed batch is delivered again
   */
  LandingSink(SinkServices services, long retryBackoffMs) {
    this.services = services;
    this.retryBackoffMs = retryBackoffMs;
  }

  void open(Collection<TopicPartition> partitions) {
    settled = false;
    Map<TopicPartition, String> hints = services.committed().metadata(partitions);
    List<TopicPartition> located = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      PartitionWriter former = writers.remove(partition);
      if (former != null) {
        former.close();
      }
      PartitionWriter writer =
          new PartitionWriter(partition, services, Optional.ofNullable(hints.get(partition)));
      writers.put(partition, writer);
      try {
        writer.locate();
        located.add(partition);
      } catch (RetriableException later) {
        // Failing here would kill the task; the next put has a way to wait.
        writer.events().notLocated(later);
      }
    }
    services.unfinished().abort(located);
  }

  void put(Collection<SinkRecord> records) {
    boolean others = settled;
    settled = false;
    try {
      if (!others) {
        others = settle();
      }
      takeAll(records);
      settled = others && areSettled(taking);
      land();
    } catch (RetriableException later) {
      redelivering = true;
      settled = false;
      services.context().timeout(retryBackoffMs);
      throw later;
    } finally {
      taking.forEach(PartitionWriter::show);
    }
  }

  private static boolean areSettled(Collection<PartitionWriter> writers) {
    return writers.stream().allMatch(PartitionWriter::isSettled);
  }

  /** Does what partitions wait for; returns whether none waits any longer. */
  private boolean settle() {
    if (!redelivering) {
      writers.values().forEach(PartitionWriter::seekDone);
    }
    redelivering = false;
    nextDue = 0;
    locateRest();
    writers.values().forEach(PartitionWriter::landSealed);
    writers.values().forEach(PartitionWriter::show);
    return areSettled(writers.values());
  }

  /** Lands what is due, and has Connect come back when more is. */
  private void land() {
    for (PartitionWriter writer : taking) {
      nextDue = Math.min(nextDue, writer.dueAt());
    }
    long now = services.clock().millis();
    if (nextDue <= now) {
      nextDue = Long.MAX_VALUE;
      for (PartitionWriter writer : writers.values()) {
        writer.rotateIfDue(now);
        writer.show();
        settled &= writer.isSettled();
        nextDue = Math.min(nextDue, writer.dueAt());
      }
    }
    if (nextDue != Long.MAX_VALUE) {
      // Connect would otherwise poll until the next record or offset commit.
      services.context().timeout(Math.max(1, nextDue - now));
    }
  }

  /** Landing is the other way to make room. */
  private NoRoomException landDue(NoRoomException full) {
    try {
      long now = services.clock().millis();
      writers.values().forEach(writer -> writer.rotateIfDue(now));
    } catch (RetriableException notNow) {
      full.addSuppressed(notNow);
    }
    return full;
  }

  private void takeAll(Collection<SinkRecord> records) {
    taking.clear();
    long now = services.clock().millis();
    PartitionWriter writer = null;
    try {
      for (SinkRecord record : records) {
        // A fetch has a run of records of each partition.
        if (writer == null || !writer.isOf(record)) {
          writer = writer(record);
          taking.add(writer);
        }
        writer.append(record, now);
      }
    } catch (NoRoomException full) {
      throw landDue(full);
    }
  }

  private void locateRest() {
    for (PartitionWriter writer : writers.values()) {
      if (!writer.isLocated()) {
        writer.locate();
        writer.awaitSeek();
      }
    }
  }

  private PartitionWriter writer(SinkRecord record) {
    // A transform may have renamed the topic; positions belong to the partition that was consumed.
    TopicPartition partition =
        new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    PartitionWriter writer = writers.get(partition);
    if (writer == null) {
      throw new IllegalStateException(partition + " was delivered but is not assigned");
    }
    return writer;
  }

  /** Landed positions of those of the given partitions that have any. */
  Map<TopicPartition, OffsetAndMetadata> landedPositions(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> landed = new HashMap<>();
    for (TopicPartition partition : partitions) {
      PartitionWriter writer = writers.get(partition);
      if (writer != null) {
        writer.landed().ifPresent(position -> landed.put(partition, position));
      }
    }
    return landed;
  }

  /** Ends the given partitions, and no others. */
  void close(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      PartitionWriter writer = writers.remove(partition);
      if (writer != null) {
        taking.remove(writer);
        try (writer) {
          writer.landRest();
        }
      }
    }
  }

  @Override
  public void close() {
    try (services) {
      writers.values().forEach(PartitionWriter::close);
      writers.clear();
    }
  }
}
