package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** An Avro message as it stood in Kafka. A class, since Kryo can't make records. */
public final class AvroMessage implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String CONTENT_ID_HEADER = "apicurio.value.contentId";
  private static final String GLOBAL_ID_HEADER = "apicurio.value.globalId";

  private final String topic;
  private final int partition;
  private final long offset;
  private final long timestamp;
  private final boolean globalId;
  private final long schemaId;
  private final byte[] body;

  private AvroMessage(
      ConsumerRecord<byte[], byte[]> record, boolean globalId, long schemaId, byte[] body) {
    this.topic = record.topic();
    this.partition = record.partition();
    this.offset = record.offset();
    this.timestamp = record.timestamp();
    this.globalId = globalId;
    this.schemaId = schemaId;
    this.body = body;
  }

  /**
   * Takes a record apart: the id stands before the body, or in Apicurio's headers.
   *
   * @param record one with a value
   * @throws LakeException if the value is no Avro message, naming topic, partition and offset
   */
  public static AvroMessage of(ConsumerRecord<byte[], byte[]> record, MessageIds ids) {
    Header content = record.headers().lastHeader(CONTENT_ID_HEADER);
    Header global = record.headers().lastHeader(GLOBAL_ID_HEADER);
    Header header = content == null ? global : content;
    byte[] value = record.value();
    if (header != null && header.value() != null && header.value().length == Long.BYTES) {
      return new AvroMessage(
          record, content == null, ByteBuffer.wrap(header.value()).getLong(), value);
    }
    int prefix = 1 + ids.bytes();
    if (value.length < prefix || value[0] != 0) {
      throw new LakeException(
          "%s-%d, offset %d: the value is no Avro message of a registry: it has %d bytes and begins with 0x%02x; see source.registry-id"
              .formatted(
                  record.topic(),
                  record.partition(),
                  record.offset(),
                  value.length,
                  value.length == 0 ? 0 : value[0]));
    }
    ByteBuffer buffer = ByteBuffer.wrap(value, 1, ids.bytes());
    long id = ids.bytes() == Integer.BYTES ? buffer.getInt() : buffer.getLong();
    byte[] body = new byte[value.length - prefix];
    System.arraycopy(value, prefix, body, 0, body.length);
    return new AvroMessage(record, ids.global(), id, body);
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

  /** The registry's id of its schema. */
  public long schemaId() {
    return schemaId;
  }

  /** Avro binary; not to be changed. */
  public byte[] body() {
    return body;
  }
}
