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
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Encodes values that a converter has decoded. A Connect schema is translated to Avro once, as the
 * Avro converters of Confluent and Apicurio do it, so that data which went through one of them
 * comes out with the fields that it had in its message.
 */
public final class ConnectDataEncoder implements RecordEncoder {
  /** Schemas recognised without comparing them; a transform that makes new ones is slower. */
  private static final int MAX_INSTANCES = 1_000;

  /** A translated schema. */
  private record Plan(LandedSchema schema, ConnectValueWriter writer) {}

  private final Map<Schema, Plan> byInstance = new IdentityHashMap<>();
  private final Map<Schema, Plan> plans = new HashMap<>();
  private final Output output = new Output();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(output, null);

  @Override
  public EncodedRecord encode(SinkRecord record) {
    Schema schema = record.valueSchema();
    if (schema == null && record.value() instanceof Struct struct) {
      schema = struct.schema();
    }
    try {
      Plan plan = plan(schema);
      // A record that failed midway has left bytes behind.
      encoder.flush();
      output.reset();
      plan.writer().write(record.value(), encoder);
      encoder.flush();
      return new EncodedRecord(plan.schema(), output.bytes(), 0, output.size());
    } catch (DataException
        | AvroRuntimeException
        | IllegalArgumentException
        | ClassCastException unfit) {
      throw new BadRecordException(
          record, "the value has no Avro form: " + unfit.getMessage(), unfit);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
  }

  private Plan plan(Schema schema) {
    Plan plan = byInstance.get(schema);
    if (plan == null) {
      plan = plans.get(schema);
      if (plan == null) {
        plan = translate(schema);
        plans.put(schema, plan);
      }
      if (byInstance.size() >= MAX_INSTANCES) {
        byInstance.clear();
      }
      byInstance.put(schema, plan);
    }
    return plan;
  }

  private Plan translate(Schema schema) {
    SchemaId id = new SchemaId(SchemaId.Kind.DECODED, plans.size());
    // A null is a tombstone and never gets here, so a whole value needs no union with null.
    return new Plan(
        LandedSchema.of(id, new AvroSchemas().required(schema)),
        ConnectValueWriter.required(schema));
  }

  /** Gives its array away instead of a copy. */
  private static final class Output extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }
}
