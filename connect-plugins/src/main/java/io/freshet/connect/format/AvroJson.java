package io.freshet.connect.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.ExactReader;
import io.freshet.schemas.ChangeColumns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.json.DecimalFormat;

/**
 * Avro binary as plain JSON, by the conventions of Kafka Connect's {@code JsonConverter}: dates,
 * times and timestamps are Avro's numbers, bytes are in Base64. A union's value is the value alone,
 * whatever its branch. Used by one thread.
 */
final class AvroJson {
  private final JsonFactory json = new JsonFactory();

  /** By identity: to compare schemas would take longer than to read a small value. */
  private final Map<Schema, ExactReader<Object>> readers = new IdentityHashMap<>();

  private final DecimalFormat decimals;
  private BinaryDecoder decoder;

  AvroJson(DecimalFormat decimals) {
    this.decimals = decimals;
  }

  /**
   * The record's value.
   *
   * @param record its value is known to be a datum of its schema
   */
  byte[] value(EncodedRecord record) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(2 * record.length());
    decoder =
        DecoderFactory.get()
            .binaryDecoder(record.bytes(), record.start(), record.length(), decoder);
    try (JsonGenerator generator = json.createGenerator(text)) {
      write(record.schema().message(), generator);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return text.toByteArray();
  }

  /** The columns after the Kafka timestamp as an object; empty if there are none. */
  byte[] columns(EncodedRecord record) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(2 * record.extraLength());
    decoder = DecoderFactory.get().binaryDecoder(record.extra(), 0, record.extraLength(), decoder);
    Schema written = record.schema().written();
    int first = written.getField(ChangeColumns.KAFKA_TIMESTAMP).pos() + 1;
    try (JsonGenerator generator = json.createGenerator(text)) {
      generator.writeStartObject();
      for (Schema.Field column : written.getFields().subList(first, written.getFields().size())) {
        generator.writeFieldName(column.name());
        write(column.schema(), generator);
      }
      generator.writeEndObject();
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return text.toByteArray();
  }

  private void write(Schema schema, JsonGenerator out) throws IOException {
    Object datum = readers.computeIfAbsent(schema, ExactReader<Object>::new).read(null, decoder);
    write(schema, datum, out);
  }

  private void write(Schema schema, Object value, JsonGenerator out) throws IOException {
    switch (schema.getType()) {
      case NULL -> out.writeNull();
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case INT -> out.writeNumber((Integer) value);
      case LONG -> out.writeNumber((Long) value);
      case FLOAT -> out.writeNumber((Float) value);
      case DOUBLE -> out.writeNumber((Double) value);
      case STRING, ENUM -> out.writeString(value.toString());
      case BYTES -> writeBytes(schema, array((ByteBuffer) value), out);
      case FIXED -> writeBytes(schema, ((GenericFixed) value).bytes(), out);
      case ARRAY -> {
        out.writeStartArray();
        for (Object element : (Collection<?>) value) {
          write(schema.getElementType(), element, out);
        }
        out.writeEndArray();
      }
      case MAP -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          out.writeFieldName(entry.getKey().toString());
          write(schema.getValueType(), entry.getValue(), out);
        }
        out.writeEndObject();
      }
      case RECORD -> {
        IndexedRecord record = (IndexedRecord) value;
        out.writeStartObject();
        for (Schema.Field field : schema.getFields()) {
          out.writeFieldName(field.name());
          write(field.schema(), record.get(field.pos()), out);
        }
        out.writeEndObject();
      }
      case UNION ->
          write(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value, out);
    }
  }

  private void writeBytes(Schema schema, byte[] bytes, JsonGenerator out) throws IOException {
    if (decimals == DecimalFormat.NUMERIC
        && schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      out.writeNumber(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
    } else {
      out.writeBinary(bytes);
    }
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
