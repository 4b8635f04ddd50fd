package io.freshet.connect.avro;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Encodes values that a converter has decoded. A Connect schema is translated to Avro once, as the
 * Avro converters of Confluent and Apicurio do it, so that data which went through one of them
 * comes out with the fields that it had in its message.
 */
public final class ConnectDataEncoder implements RecordEncoder {
  private final ConnectData<LandedSchema> values =
      new ConnectData<>(
          "value",
          (number, schema) -> LandedSchema.of(new SchemaId(SchemaId.Kind.DECODED, number), schema));

  @Override
  public EncodedRecord encode(SinkRecord record) {
    Schema schema = record.valueSchema();
    if (schema == null && record.value() instanceof Struct struct) {
      schema = struct.schema();
    }
    LandedSchema landed = values.encode(record, schema, record.value());
    return new EncodedRecord(landed, values.bytes(), 0, values.length());
  }
}
