package io.freshet.lake.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads few messages on the driver, with consumers that it keeps: a job for them, and a consumer of
 * its own, cost several times what reading them does.
 */
public final class FewMessages implements AutoCloseable {
  /** More than that, all ranges together, are tasks' work. */
  private static final long MOST = 5_000;

  private static final long MOST_BYTES = 8 << 20;
  private static final int MOST_IDLE = 8;

  private final KafkaConnection connection;
  private final Deque<KafkaConsumer<byte[], byte[]>> idle = new ArrayDeque<>();
  private boolean closed;

  public FewMessages(KafkaConnection connection) {
    this.connection = connection;
  }

  /**
   * The messages of some ranges.
   *
   * @param onward whether to read on to what has come since the ranges were announced: it would
   *     wait for the next commit otherwise
   * @return empty if they are not few
   */
  public Optional<List<AvroMessage>> read(List<KafkaRange> ranges, boolean onward) {
    if (ranges.stream().mapToLong(range -> range.next() - range.position()).sum() > MOST) {
      return Optional.empty();
    }
    KafkaConsumer<byte[], byte[]> consumer = take();
    boolean done = false;
    try {
      Optional<List<AvroMessage>> messages =
          read(onward ? longer(ranges, consumer) : ranges, consumer);
      // What it has fetched beyond is no use, and takes memory.
      consumer.unsubscribe();
      done = true;
      return messages;
    } finally {
      if (done) {
        giveBack(consumer);
      } else {
        close(consumer);
      }
    }
  }

  private static List<KafkaRange> longer(
      List<KafkaRange> ranges, KafkaConsumer<byte[], byte[]> consumer) {
    Map<TopicPartition, KafkaRange> last = new LinkedHashMap<>();
    ranges.forEach(range -> last.put(new TopicPartition(range.topic(), range.partition()), range));
    Map<TopicPartition, Long> ends;
    try {
      consumer.assign(last.keySet()); // Else it warns of each end that it does not read to.
      ends = consumer.endOffsets(last.keySet());
    } catch (KafkaException unreachable) {
      return ranges; // Reading them says so.
    }
    return ranges.stream()
        .map(
            range -> {
              TopicPartition partition = new TopicPartition(range.topic(), range.partition());
              long end = Math.min(ends.getOrDefault(partition, 0L), range.position() + MOST);
              return range.equals(last.get(partition)) && end > range.next()
                  ? new KafkaRange(range.topic(), range.partition(), range.position(), end)
                  : range;
            })
        .toList();
  }

  private Optional<List<AvroMessage>> read(
      List<KafkaRange> ranges, KafkaConsumer<byte[], byte[]> consumer) {
    List<AvroMessage> messages = new ArrayList<>();
    long bytes = 0;
    for (KafkaRange range : ranges) {
      KafkaMessageIterator read =
          KafkaMessageIterator.lent(
              connection,
              consumer,
              range.topic(),
              range.partition(),
              range.position(),
              range.next());
      while (read.hasNext()) {
        AvroMessage message = read.next();
        bytes += message.value().length;
        if (bytes > MOST_BYTES) {
          return Optional.empty();
        }
        messages.add(message);
      }
    }
    return Optional.of(messages);
  }

  private KafkaConsumer<byte[], byte[]> take() {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return connection.consumer();
  }

  private void giveBack(KafkaConsumer<byte[], byte[]> consumer) {
    synchronized (idle) {
      if (!closed && idle.size() < MOST_IDLE) {
        idle.push(consumer);
        return;
      }
    }
    close(consumer);
  }

  private static void close(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.close(CloseOptions.timeout(KafkaMessageIterator.CLOSING));
  }

  @Override
  public void close() {
    List<KafkaConsumer<byte[], byte[]>> left;
    synchronized (idle) {
      closed = true;
      left = List.copyOf(idle);
      idle.clear();
    }
    left.forEach(FewMessages::close);
  }
}
