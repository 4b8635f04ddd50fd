package io.freshet.connect.avro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Encodes data that a converter has decoded, and keeps what was made of each schema.
 *
 * @param <T> what is made of a schema
 */
final class ConnectData<T> {
  /** Makes something of a translated schema. */
  @FunctionalInterface
  interface Types<T> {
    /**
     * @param number of the schema, from 0 on
     * @throws IllegalArgumentException if nothing can be made of it, naming why
     */
    T of(int number, org.apache.avro.Schema schema);
  }

  /** Schemas recognised without comparing them; a transform that makes new ones is slower. */
  private static final int MAX_INSTANCES = 1_000;

  /** A translated schema. */
  private record Plan<T>(T type, ConnectValueWriter writer) {}

  private final Map<Schema, Plan<T>> byInstance = new IdentityHashMap<>();
  private final Map<Schema, Plan<T>> plans = new HashMap<>();
  private final Output output = new Output();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(output, null);
  private final String part;
  private final Types<T> types;

  /**
   * @param part what is encoded of a record, for an error's text
   */
  ConnectData(String part, Types<T> types) {
    this.part = part;
    this.types = types;
  }

  /**
   * Encodes one datum, whose bytes are {@link #bytes()} until the next one.
   *
   * @param record where the datum is from
   * @return what was made of its schema
   * @throws BadRecordException if the datum has no Avro form
   */
  T encode(SinkRecord record, Schema schema, Object datum) {
    try {
      Plan<T> plan = plan(schema);
      // A record that failed midway has left bytes behind.
      encoder.flush();
      output.reset();
      plan.writer().write(datum, encoder);
      encoder.flush();
      return plan.type();
    } catch (DataException
        | AvroRuntimeException
        | IllegalArgumentException
        | ClassCastException unfit) {
      throw new BadRecordException(
          record, "the " + part + " has no Avro form: " + unfit.getMessage(), unfit);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
  }

  /** The array that begins with the encoded datum. */
  byte[] bytes() {
    return output.bytes();
  }

  int length() {
    return output.size();
  }

  private Plan<T> plan(Schema schema) {
    Plan<T> plan = byInstance.get(schema);
    if (plan == null) {
      plan = plans.get(schema);
      if (plan == null) {
        // What is missing altogether is not encoded, so a whole datum needs no union with null.
        plan =
            new Plan<>(
                types.of(plans.size(), new AvroSchemas().required(schema)),
                ConnectValueWriter.required(schema));
        plans.put(schema, plan);
      }
      if (byInstance.size() >= MAX_INSTANCES) {
        byInstance.clear();
      }
      byInstance.put(schema, plan);
    }
    return plan;
  }

  /** Gives its array away instead of a copy. */
  private static final class Output extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }
}
