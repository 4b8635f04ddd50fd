package io.freshet.lake.source;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An Avro message as it stood in Kafka, or what stands there in the place of one. A class, since
 * Kryo can't make records.
 */
public final class AvroMessage implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String CONTENT_ID_HEADER = "apicurio.value.contentId";
  private static final String GLOBAL_ID_HEADER = "apicurio.value.globalId";
  private static final int NO_BODY = -1;

  private final String topic;
  private final int partition;
  private final long offset;
  private final long timestamp;
  private final boolean globalId;
  private final long schemaId;
  private final int bodyStart;
  private final byte[] value;

  private AvroMessage(
      String topic,
      int partition,
      long offset,
      long timestamp,
      boolean globalId,
      long schemaId,
      int bodyStart,
      byte[] value) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.globalId = globalId;
    this.schemaId = schemaId;
    this.bodyStart = bodyStart;
    this.value = value;
  }

  /**
   * Takes a record apart: the id stands before the body, or in Apicurio's headers.
   *
   * @param record one with a value
   * @return where the value is no Avro message of a registry, a message with a {@link #problem}
   */
  public static AvroMessage of(ConsumerRecord<byte[], byte[]> record, MessageIds ids) {
    Header content = record.headers().lastHeader(CONTENT_ID_HEADER);
    Header global = record.headers().lastHeader(GLOBAL_ID_HEADER);
    Header header = content == null ? global : content;
    if (header != null && header.value() != null && header.value().length == Long.BYTES) {
      long id = ByteBuffer.wrap(header.value()).getLong();
      return of(record, content == null, id, 0);
    }
    return framed(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.value(),
        ids);
  }

  /**
   * Takes a stored value apart again.
   *
   * @param headerId what {@link #headerId} was
   */
  public static AvroMessage of(
      String topic,
      int partition,
      long offset,
      long timestamp,
      boolean globalId,
      long headerId,
      byte[] value,
      MessageIds ids) {
    return headerId < 0
        ? framed(topic, partition, offset, timestamp, value, ids)
        : new AvroMessage(topic, partition, offset, timestamp, globalId, headerId, 0, value);
  }

  private static AvroMessage framed(
      String topic, int partition, long offset, long timestamp, byte[] value, MessageIds ids) {
    int prefix = 1 + ids.bytes();
    if (value.length < prefix || value[0] != 0) {
      return new AvroMessage(topic, partition, offset, timestamp, false, -1, NO_BODY, value);
    }
    ByteBuffer buffer = ByteBuffer.wrap(value, 1, ids.bytes());
    long id = ids.bytes() == Integer.BYTES ? buffer.getInt() : buffer.getLong();
    return new AvroMessage(topic, partition, offset, timestamp, ids.global(), id, prefix, value);
  }

  private static AvroMessage of(
      ConsumerRecord<byte[], byte[]> record, boolean globalId, long schemaId, int bodyStart) {
    return new AvroMessage(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        globalId,
        schemaId,
        bodyStart,
        record.value());
  }

  /** Its topic. */
  public String topic() {
    return topic;
  }

  /** Its partition. */
  public int partition() {
    return partition;
  }

  /** Its offset. */
  public long offset() {
    return offset;
  }

  /** Its Kafka timestamp, milliseconds since the epoch. */
  public long timestamp() {
    return timestamp;
  }

  /** Whether {@link #schemaId} numbers versions of artifacts rather than contents. */
  public boolean globalId() {
    return globalId;
  }

  /** The registry's id of its schema; -1 where there is a {@link #problem}. */
  public long schemaId() {
    return schemaId;
  }

  /** The schema's id, if it stood in the message's headers; else -1. */
  public long headerId() {
    return bodyStart == 0 ? schemaId : -1;
  }

  /** Avro binary. */
  public byte[] body() {
    return Arrays.copyOfRange(value, bodyStart, value.length);
  }

  /** The whole value, with what stands before its body; not to be changed. */
  public byte[] value() {
    return value;
  }

  /** Why the value can't be taken apart; empty for an Avro message. */
  public Optional<String> problem() {
    return bodyStart == NO_BODY
        ? Optional.of(
            "the value is no Avro message of a registry: it has %d bytes and begins with 0x%02x; see source.registry-id"
                .formatted(value.length, value.length == 0 ? 0 : value[0]))
        : Optional.empty();
  }
}
