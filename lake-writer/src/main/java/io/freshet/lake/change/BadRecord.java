package io.freshet.lake.change;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * A message that could not be made a row, with all that another try needs. A class, since Kryo
 * can't make records.
 */
public final class BadRecord implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final int partition;
  private final long offset;
  private final long timestamp;
  private final String schema;
  private final boolean globalId;
  private final long headerId;
  private final String key;
  private final byte[] raw;
  private final String reason;

  /**
   * @param topic Kafka topic
   * @param partition Kafka partition
   * @param offset Kafka offset
   * @param timestamp Kafka timestamp, milliseconds since the epoch
   * @param schema Avro schema of {@code raw}, the columns that the sink appends included; empty
   *     where that is not known
   * @param globalId whether {@code headerId} numbers versions of artifacts
   * @param headerId the registry's id of the schema, if it stood in the message's headers; else -1
   * @param key the values of the row's key; empty where they are not known
   * @param raw with a schema, Avro binary of it; else the Kafka value as it stood there
   * @param reason what is wrong, without the row's values
   */
  public BadRecord(
      String topic,
      int partition,
      long offset,
      long timestamp,
      String schema,
      boolean globalId,
      long headerId,
      String key,
      byte[] raw,
      String reason) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.schema = schema;
    this.globalId = globalId;
    this.headerId = headerId;
    this.key = key;
    this.raw = raw;
    this.reason = reason;
  }

  /** A message that has the landing log's columns. */
  static BadRecord decoded(
      RowDecoder decoder, GenericRecord message, int partition, String reason) {
    return new BadRecord(
        decoder.topic(),
        partition,
        decoder.offset(message),
        decoder.timestamp(message),
        message.getSchema().toString(),
        false,
        -1,
        decoder.key(message).orElse(""),
        encoded(message),
        reason);
  }

  private static byte[] encoded(GenericRecord message) {
    Schema schema = message.getSchema();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(schema).write(message, encoder);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Kafka topic. */
  public String topic() {
    return topic;
  }

  /** Kafka partition. */
  public int partition() {
    return partition;
  }

  /** Kafka offset. */
  public long offset() {
    return offset;
  }

  /** Kafka timestamp, milliseconds since the epoch. */
  public long timestamp() {
    return timestamp;
  }

  /** Avro schema of {@link #raw}; empty where that is not known. */
  public Optional<String> schema() {
    return schema.isEmpty() ? Optional.empty() : Optional.of(schema);
  }

  /** Whether {@link #headerId} numbers versions of artifacts rather than contents. */
  public boolean globalId() {
    return globalId;
  }

  /** The registry's id of the schema, if it stood in the message's headers; else -1. */
  public long headerId() {
    return headerId;
  }

  /** The values of the row's key; empty where they are not known. */
  public Optional<String> key() {
    return key.isEmpty() ? Optional.empty() : Optional.of(key);
  }

  /** The message's bytes; not to be changed. */
  public byte[] raw() {
    return raw;
  }

  /** The message as JSON, where its schema is known. */
  public Optional<String> row() {
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    try {
      GenericRecord message =
          new GenericDatumReader<GenericRecord>(new Schema.Parser().parse(schema))
              .read(null, DecoderFactory.get().binaryDecoder(raw, null));
      return Optional.of(message.toString());
    } catch (IOException damaged) {
      throw new UncheckedIOException(damaged);
    }
  }

  /** What is wrong with it. */
  public String reason() {
    return reason;
  }

  /** The same with another reason. */
  public BadRecord withReason(String other) {
    return new BadRecord(
        topic, partition, offset, timestamp, schema, globalId, headerId, key, raw, other);
  }

  /** Where it stood, for messages: {@code topic-partition, offset n}. */
  public String place() {
    return "%s-%d, offset %d".formatted(topic, partition, offset);
  }
}
