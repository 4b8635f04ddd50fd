package io.freshet.lake.change;

import io.freshet.lake.source.AvroMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.spark.sql.catalyst.InternalRow;

/** Rows of messages as they stood in Kafka. */
final class MessageRows implements Iterator<InternalRow> {
  private record Decoder(GenericDatumReader<GenericRecord> reader, RowDecoder rows) {}

  private final Iterator<AvroMessage> messages;
  private final Map<String, String> schemas;
  private final Map<String, String> unknown;
  private final Target target;
  private final BadRecords bad;
  private final Map<KafkaMessages.Id, Map<Integer, Decoder>> decoders = new HashMap<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private BinaryEncoder encoder;
  private BinaryDecoder decoder;
  private InternalRow ahead;

  /**
   * @param schemas messages' schemas by their ids
   * @param unknown ids that the registry does not know, with what is to be said of them
   */
  MessageRows(
      Iterator<AvroMessage> messages,
      Map<String, String> schemas,
      Map<String, String> unknown,
      Target target,
      BadRecords bad) {
    this.messages = messages;
    this.schemas = schemas;
    this.unknown = unknown;
    this.target = target;
    this.bad = bad;
  }

  @Override
  public boolean hasNext() {
    while (ahead == null && messages.hasNext() && !bad.isEnough()) {
      AvroMessage message = messages.next();
      if (!bad.isKnown(message.partition(), message.offset())) {
        ahead = row(message);
      }
    }
    return ahead != null;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    InternalRow row = ahead;
    ahead = null;
    return row;
  }

  private InternalRow row(AvroMessage message) {
    Optional<String> problem =
        message
            .problem()
            .or(() -> Optional.ofNullable(unknown.get(KafkaMessages.Id.of(message).toString())));
    if (problem.isPresent()) {
      bad.reject(raw(message, problem.get()));
      return null;
    }
    Decoder decoding =
        decoders
            .computeIfAbsent(KafkaMessages.Id.of(message), id -> new HashMap<>())
            .computeIfAbsent(message.partition(), partition -> decoder(message));
    GenericRecord record;
    try {
      record = decoding.reader().read(null, withAppended(message));
      requireEnd();
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException malformed) {
      // Not its text, which may hold values.
      bad.reject(
          raw(
              message,
              "the message is not of the schema with the id %d (%s)"
                  .formatted(message.schemaId(), malformed.getClass().getSimpleName())));
      return null;
    }
    if (decoding.rows().isTruncate(record)) {
      throw new TruncateFoundException(message.topic(), message.partition(), message.offset());
    }
    return bad.row(decoding.rows(), record, message.partition());
  }

  private static BadRecord raw(AvroMessage message, String reason) {
    return new BadRecord(
        message.topic(),
        message.partition(),
        message.offset(),
        message.timestamp(),
        "",
        message.globalId(),
        message.headerId(),
        "",
        message.value(),
        reason);
  }

  private Decoder decoder(AvroMessage message) {
    Schema schema = KafkaMessages.landed(schemas.get(KafkaMessages.Id.of(message).toString()));
    return new Decoder(
        new GenericDatumReader<>(schema),
        target.decoder(schema, message.topic(), message.partition()));
  }

  /** Appending fields to an encoded record is appending bytes to it. */
  private BinaryDecoder withAppended(AvroMessage message) throws IOException {
    bytes.reset();
    bytes.writeBytes(message.body());
    encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
    encoder.writeLong(message.offset());
    encoder.writeLong(message.timestamp());
    decoder = DecoderFactory.get().binaryDecoder(bytes.toByteArray(), decoder);
    return decoder;
  }

  /** A body that is longer than its schema says would have its own bytes read as the offset. */
  private void requireEnd() throws IOException {
    if (!decoder.isEnd()) {
      throw new IOException("bytes are left over");
    }
  }
}
