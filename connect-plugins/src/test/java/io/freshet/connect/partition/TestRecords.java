package io.freshet.connect.partition;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.ConnectDataEncoder;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** The same value in the three forms that values come in, and the folder that each gets. */
final class TestRecords {
  private final Map<Schema, LandedSchema> landed = new HashMap<>();
  private final ConnectDataEncoder encoder = new ConnectDataEncoder();

  /** Folder of an Avro message, whose bytes don't begin at the array's start. */
  String avro(Partitioner partitioner, GenericRecord value) {
    byte[] message = AvroMessages.framed(1, AvroMessages.body(value.getSchema(), value));
    LandedSchema schema =
        landed.computeIfAbsent(
            value.getSchema(),
            s -> LandedSchema.of(new SchemaId(SchemaId.Kind.CONTENT, landed.size()), s));
    return partitioner.path(
        record(null, message), new EncodedRecord(schema, message, 5, message.length - 5));
  }

  /** Folder of an Avro message with one field {@code f}. */
  String avro(Partitioner partitioner, Schema type, Object value) {
    Schema schema =
        Schema.createRecord(
            "Value", null, "moma", false, java.util.List.of(new Schema.Field("f", type)));
    GenericRecord record = new GenericData.Record(schema);
    record.put("f", value);
    return avro(partitioner, record);
  }

  /** Folder of a decoded value. */
  String struct(Partitioner partitioner, Struct value) {
    SinkRecord record = record(value.schema(), value);
    return partitioner.path(record, encoder.encode(record));
  }

  /** Folder of a decoded value with one field {@code f}. */
  String struct(Partitioner partitioner, org.apache.kafka.connect.data.Schema type, Object value) {
    return struct(
        partitioner,
        new Struct(SchemaBuilder.struct().name("moma.Value").field("f", type).build())
            .put("f", value));
  }

  /** Folder of a value without a schema, which has no Avro form. */
  String map(Partitioner partitioner, Map<String, ?> value) {
    return partitioner.path(record(null, value), null);
  }

  /** Folder of a value without a schema with one field {@code f}. */
  String map(Partitioner partitioner, Object value) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("f", value);
    return map(partitioner, fields);
  }

  static SinkRecord record(org.apache.kafka.connect.data.Schema schema, Object value) {
    return at(1_700_000_000_000L, schema, value);
  }

  /** A record with a Kafka timestamp. */
  static SinkRecord at(Long timestamp, org.apache.kafka.connect.data.Schema schema, Object value) {
    return new SinkRecord(
        "moma.t", 3, null, null, schema, value, 42, timestamp, TimestampType.CREATE_TIME);
  }
}
