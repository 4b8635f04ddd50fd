package io.freshet.lake.quarantine;

import io.freshet.lake.change.BadRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Bad records as an Avro file, which any tool reads. */
final class BadRecordAvro {
  private static final Schema SCHEMA =
      SchemaBuilder.record("QuarantinedRecord")
          .namespace("io.freshet")
          .fields()
          .requiredString("topic")
          .requiredInt("partition")
          .requiredLong("offset")
          .requiredLong("kafka_timestamp")
          .requiredString("reason")
          .optionalString("key")
          .optionalString("schema")
          .requiredBoolean("global_id")
          .requiredLong("header_id")
          .requiredBytes("raw")
          .endRecord();

  private BadRecordAvro() {}

  static void write(List<BadRecord> records, OutputStream out) throws IOException {
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
      writer.create(SCHEMA, out);
      for (BadRecord record : records) {
        GenericRecord entry = new GenericData.Record(SCHEMA);
        entry.put("topic", record.topic());
        entry.put("partition", record.partition());
        entry.put("offset", record.offset());
        entry.put("kafka_timestamp", record.timestamp());
        entry.put("reason", record.reason());
        entry.put("key", record.key().orElse(null));
        entry.put("schema", record.schema().orElse(null));
        entry.put("global_id", record.globalId());
        entry.put("header_id", record.headerId());
        entry.put("raw", ByteBuffer.wrap(record.raw()));
        writer.append(entry);
      }
    }
  }

  static List<BadRecord> read(InputStream in) throws IOException {
    List<BadRecord> records = new ArrayList<>();
    try (DataFileStream<GenericRecord> reader =
        new DataFileStream<>(in, new GenericDatumReader<>(null, SCHEMA))) {
      for (GenericRecord entry : reader) {
        ByteBuffer raw = (ByteBuffer) entry.get("raw");
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        records.add(
            new BadRecord(
                entry.get("topic").toString(),
                (Integer) entry.get("partition"),
                (Long) entry.get("offset"),
                (Long) entry.get("kafka_timestamp"),
                text(entry, "schema"),
                (Boolean) entry.get("global_id"),
                (Long) entry.get("header_id"),
                text(entry, "key"),
                bytes,
                entry.get("reason").toString()));
      }
    }
    return records;
  }

  private static String text(GenericRecord entry, String field) {
    Object value = entry.get(field);
    return value == null ? "" : value.toString();
  }
}
