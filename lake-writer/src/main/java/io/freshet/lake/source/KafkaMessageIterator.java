package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The messages of one range, in order. A record without a value (a tombstone) is none.
 *
 * <p>An update of a primary key is two messages, which may be visible at different times, the
 * delete of the old key first. What it was needs both, so a range that ends between them is read on
 * to the second. Debezium names the new key in a header of the first.
 */
public final class KafkaMessageIterator implements Iterator<AvroMessage>, AutoCloseable {
  static final Duration CLOSING = Duration.ofSeconds(5);

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PATIENCE_FOR_HALF = Duration.ofSeconds(20);
  private static final String NEW_KEY_HEADER = "__debezium.newkey";

  private final Consumer<byte[], byte[]> consumer;
  private final boolean own;
  private final TopicPartition partition;
  private final KafkaConnection connection;
  private final long from;
  private final long until;
  private Iterator<ConsumerRecord<byte[], byte[]>> fetched =
      List.<ConsumerRecord<byte[], byte[]>>of().iterator();
  private AvroMessage ahead;
  private boolean half;

  /**
   * @param from first offset to read
   * @param until offset to stop before
   */
  public KafkaMessageIterator(
      KafkaConnection connection, String topic, int number, long from, long until) {
    this(connection, connection.consumer(), true, topic, number, from, until);
  }

  /** The same with a consumer that is not closed with it. */
  static KafkaMessageIterator lent(
      KafkaConnection connection,
      Consumer<byte[], byte[]> consumer,
      String topic,
      int number,
      long from,
      long until) {
    return new KafkaMessageIterator(connection, consumer, false, topic, number, from, until);
  }

  /**
   * @param own whether the consumer is closed with this
   */
  private KafkaMessageIterator(
      KafkaConnection connection,
      Consumer<byte[], byte[]> consumer,
      boolean own,
      String topic,
      int number,
      long from,
      long until) {
    this.connection = connection;
    this.partition = new TopicPartition(topic, number);
    this.from = from;
    this.until = until;
    this.consumer = consumer;
    this.own = own;
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
  }

  @Override
  public boolean hasNext() {
    while (ahead == null) {
      if (fetched.hasNext()) {
        ConsumerRecord<byte[], byte[]> record = fetched.next();
        if (record.offset() >= until && !half) {
          return false;
        }
        if (record.value() != null) {
          half = record.headers().lastHeader(NEW_KEY_HEADER) != null;
          ahead = AvroMessage.of(record, connection.idFormat());
        }
      } else if (!fetch()) {
        return false;
      }
    }
    return true;
  }

  /** Polls until there is a record or the position says that the range holds no more. */
  private boolean fetch() {
    boolean wantsHalf = consumer.position(partition) >= until;
    Duration patience = wantsHalf ? PATIENCE_FOR_HALF : PATIENCE;
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (consumer.position(partition) < until || half) {
        fetched = consumer.poll(POLL).iterator();
        if (fetched.hasNext()) {
          return true;
        }
        if (System.nanoTime() > deadline) {
          if (wantsHalf) {
            throw new LakeException(
                "%s ends at offset %d with the first half of an update of a primary key, and the second has not come for %s; the source connector sends it when it runs again"
                    .formatted(partition, until, patience));
          }
          throw new LakeException(
              "%s gave nothing of %s from offset %d on for %s, though it ends at %d"
                  .formatted(connection, partition, consumer.position(partition), PATIENCE, until));
        }
      }
      return false;
    } catch (OffsetOutOfRangeException gone) {
      throw new LakeException(
          "%s no longer has %s from offset %d on: its retention was shorter than the job's downtime; read these changes from the landing log with source.kind: landing"
              .formatted(connection, partition, from),
          gone);
    } catch (KafkaException failed) {
      throw new LakeException(
          "reading " + partition + " from " + connection + ": " + failed, failed);
    }
  }

  @Override
  public AvroMessage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    AvroMessage message = ahead;
    ahead = null;
    return message;
  }

  @Override
  public void close() {
    if (own) {
      consumer.close(CloseOptions.timeout(CLOSING));
    }
  }
}
