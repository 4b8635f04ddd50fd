package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.format.Compression;
import io.freshet.connect.format.FormatWriter;
import io.freshet.connect.format.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.connect.json.DecimalFormat;
import org.junit.jupiter.api.Test;

/** JSON lines of rows with columns after the Kafka timestamp, whatever the record came as. */
class JsonColumnsTest {
  private static final byte[] KEY =
      AvroMessages.body(AvroMessages.ROW, AvroMessages.row(7, "a \"key\""));
  private static final List<LandedSchema.Column> COLUMNS =
      List.of(new LandedSchema.Column("__key", AvroMessages.ROW));

  private static String line(EncodedRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FormatWriter writer =
        new JsonFormat(Compression.NONE, DecimalFormat.NUMERIC).open(record.schema(), out);
    writer.append(record, 3, 1_003);
    assertThat(writer.finish(Map.of())).isEmpty();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void ofAnObject() {
    SchemaId id = new SchemaId(SchemaId.Kind.NONE, 0, 1);
    LandedSchema schema = LandedSchema.of(id, LandedSchema.none().message(), COLUMNS);
    byte[] object = "{}".getBytes(StandardCharsets.US_ASCII);
    assertThat(line(new EncodedRecord(schema, object, 0, 2, KEY, KEY.length, List.of())))
        .isEqualTo(
            "{\"__offset\":3,\"__kafka_timestamp\":1003,"
                + "\"__key\":{\"id\":7,\"name\":\"a \\\"key\\\"\"}}\n");
  }

  @Test
  void ofAnAvroRecord() {
    SchemaId id = new SchemaId(SchemaId.Kind.CONTENT, 1, 1);
    LandedSchema schema = LandedSchema.of(id, AvroMessages.ROW, COLUMNS);
    byte[] row = AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, null));
    assertThat(line(new EncodedRecord(schema, row, 0, row.length, KEY, KEY.length, List.of())))
        .isEqualTo(
            "{\"id\":1,\"name\":null,\"__offset\":3,\"__kafka_timestamp\":1003,"
                + "\"__key\":{\"id\":7,\"name\":\"a \\\"key\\\"\"}}\n");
  }

  @Test
  void ofAnAvroValueThatIsNoRecord() {
    Schema text = Schema.create(Schema.Type.STRING);
    byte[] value = AvroMessages.body(text, "x");
    LandedSchema schema = LandedSchema.of(new SchemaId(SchemaId.Kind.CONTENT, 2), text);
    assertThat(line(new EncodedRecord(schema, value, 0, value.length)))
        .isEqualTo("{\"value\":\"x\",\"__offset\":3,\"__kafka_timestamp\":1003}\n");
  }
}
