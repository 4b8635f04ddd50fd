package io.freshet.connect;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Avro messages as producers write them, and files as foreign readers read them. */
public final class AvroMessages {
  /** A table's row, small. */
  public static final Schema ROW =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Value", "namespace": "moma.artists", "fields": [
                {"name": "id", "type": "int"},
                {"name": "name", "type": ["null", "string"], "default": null}]}
              """);

  private AvroMessages() {}

  public static GenericRecord row(int id, String name) {
    GenericRecord row = new GenericData.Record(ROW);
    row.put("id", id);
    row.put("name", name);
    return row;
  }

  public static byte[] body(Schema schema, Object datum) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(schema).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** {@code 00}, a four-byte id, the body. */
  public static byte[] framed(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  /** {@code 00}, an eight-byte id, the body. */
  public static byte[] framed(long id, byte[] body) {
    return ByteBuffer.allocate(9 + body.length).put((byte) 0).putLong(id).put(body).array();
  }

  public static List<GenericRecord> readFile(byte[] file) {
    List<GenericRecord> rows = new ArrayList<>();
    try (DataFileStream<GenericRecord> in =
        new DataFileStream<>(new ByteArrayInputStream(file), new GenericDatumReader<>())) {
      in.forEach(rows::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
