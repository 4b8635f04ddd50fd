package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.LandedSchema.Column;
import io.freshet.connect.format.ByteArrays;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** Columns after the Kafka timestamp, whose types know nothing of the value's. */
class AppendedColumnsTest {
  private static final SchemaId ID = new SchemaId(SchemaId.Kind.CONTENT, 7, 1);

  private static Schema parse(String text) {
    return new Schema.Parser().setValidateDefaults(false).parse(text);
  }

  private static GenericRecord record(Schema schema, Object... values) {
    GenericRecord record = new GenericData.Record(schema);
    for (int i = 0; i < values.length; i++) {
      record.put(i, values[i]);
    }
    return record;
  }

  /** Writes a file with one row, and reads it back as any reader would. */
  private static GenericRecord landed(LandedSchema schema, byte[] body, byte[] extra) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    ContainerWriter writer = new ContainerWriter(schema, AvroCodec.NULL, blocks, new ByteArrays(0));
    writer.append(
        new EncodedRecord(schema, body, 0, body.length, extra, extra.length, List.of()), 17, 99);
    file.writeBytes(writer.finish(Map.of()));
    file.writeBytes(blocks.toByteArray());
    List<GenericRecord> rows = AvroMessages.readFile(file.toByteArray());
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  /** A row of a value and its key, whose types may have names in common. */
  private static GenericRecord landed(GenericRecord value, GenericRecord key) {
    LandedSchema schema =
        LandedSchema.of(ID, value.getSchema(), List.of(new Column("__key", key.getSchema())));
    GenericRecord row =
        landed(
            schema,
            AvroMessages.body(value.getSchema(), value),
            AvroMessages.body(key.getSchema(), key));
    assertThat(row.get("__offset")).isEqualTo(17L);
    assertThat(row.get("__kafka_timestamp")).isEqualTo(99L);
    return row;
  }

  private static Schema typeOf(GenericRecord row, String field) {
    return row.getSchema().getField(field).schema();
  }

  @Test
  void columnsFollowTheTimestamp() {
    Schema text = Schema.create(Schema.Type.STRING);
    LandedSchema schema =
        LandedSchema.of(
            ID, AvroMessages.ROW, List.of(new Column("a", text), new Column("b", text)));
    GenericRecord row =
        landed(
            schema,
            AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, "x")),
            new byte[] {2, 'A', 4, 'B', 'B'});
    assertThat(row)
        .hasToString(
            "{\"id\": 1, \"name\": \"x\", \"__offset\": 17, \"__kafka_timestamp\": 99,"
                + " \"a\": \"A\", \"b\": \"BB\"}");
  }

  @Test
  void aFieldWithAColumnsNameIsRefused() {
    assertThatThrownBy(
            () ->
                LandedSchema.of(
                    ID,
                    AvroMessages.ROW,
                    List.of(new Column("name", Schema.create(Schema.Type.INT)))))
        .hasMessageContaining("(content id 7) already has a field 'name'");
  }

  @Test
  void oneDefinitionIsReferredTo() {
    String place = "{\"type\": \"enum\", \"name\": \"t.Place\", \"symbols\": [\"A\", \"B\"]}";
    Schema value = parse(schema("t.Value", place));
    Schema key = parse(schema("t.Key", place));
    GenericRecord row =
        landed(
            record(value, new GenericData.EnumSymbol(value.getField("f").schema(), "A")),
            record(key, new GenericData.EnumSymbol(key.getField("f").schema(), "B")));
    assertThat(row.get("f")).hasToString("A");
    assertThat(row.get("__key")).hasToString("{\"f\": \"B\"}");
    assertThat(typeOf(row, "__key").getField("f").schema().getFullName()).isEqualTo("t.Place");
  }

  @Test
  void anotherDefinitionOfANameIsRenamed() {
    Schema value =
        parse(schema("t.Value", "{\"type\": \"fixed\", \"name\": \"t.Id\", \"size\": 2}"));
    Schema key = parse(schema("t.Key", "{\"type\": \"fixed\", \"name\": \"t.Id\", \"size\": 3}"));
    GenericRecord row =
        landed(
            record(value, new GenericData.Fixed(value.getField("f").schema(), new byte[] {1, 2})),
            record(key, new GenericData.Fixed(key.getField("f").schema(), new byte[] {3, 4, 5})));
    assertThat(row.get("f")).hasToString("[1, 2]");
    assertThat(row.get("__key")).hasToString("{\"f\": [3, 4, 5]}");
    Schema landedKey = typeOf(row, "__key");
    assertThat(landedKey.getFullName()).isEqualTo("t.Key");
    assertThat(landedKey.getField("f").schema().getFullName()).isEqualTo("t.column.Id");
  }

  @Test
  void aKeyOfTheValuesOwnNameIsRenamed() {
    Schema value = parse(schema("ConnectDefault", "\"int\""));
    GenericRecord row = landed(record(value, 1), record(value, 2));
    assertThat(row.get("f")).isEqualTo(1);
    assertThat(row.get("__key")).hasToString("{\"f\": 2}");
    assertThat(row.getSchema().getFullName()).isEqualTo("ConnectDefault");
    assertThat(typeOf(row, "__key").getFullName()).isEqualTo("column.ConnectDefault");
  }

  @Test
  void recursiveTypesOfOneNameAreBothRead() {
    String list =
        """
        {"type": "record", "name": "t.List", "fields": [
          {"name": "head", "type": "%s"}, {"name": "tail", "type": ["null", "t.List"]}]}
        """;
    Schema value = parse(schema("t.Value", list.formatted("int")));
    Schema key = parse(schema("t.Key", list.formatted("string")));
    Schema ints = value.getField("f").schema();
    Schema texts = key.getField("f").schema();
    GenericRecord row =
        landed(
            record(value, record(ints, 1, record(ints, 2, null))),
            record(key, record(texts, "a", record(texts, "b", null))));
    assertThat(row.get("f")).hasToString("{\"head\": 1, \"tail\": {\"head\": 2, \"tail\": null}}");
    assertThat(row.get("__key"))
        .hasToString("{\"f\": {\"head\": \"a\", \"tail\": {\"head\": \"b\", \"tail\": null}}}");
  }

  @Test
  void aKeyThatContainsTheValuesTypeRefersToIt() {
    Schema value =
        parse(
            """
            {"type": "record", "name": "t.Node", "fields": [
              {"name": "n", "type": "int"}, {"name": "next", "type": ["null", "t.Node"]}]}
            """);
    GenericRecord node = record(value, 1, record(value, 2, null));
    GenericRecord row = landed(node, node);
    assertThat(row.get("__key")).hasToString(node.toString());
    assertThat(typeOf(row, "__key").getFullName()).isEqualTo("t.Node");
  }

  @Test
  void propertiesLogicalTypesAndDefaultsOfARenamedTypeStay() {
    Schema key =
        parse(
            """
            {"type": "record", "name": "Key", "connect.name": "K", "fields": [
              {"name": "price", "type": {"type": "fixed", "name": "Price", "size": 4,
                "logicalType": "decimal", "precision": 9, "scale": 2}},
              {"name": "list", "type": {"type": "array", "items": "int", "x": 1}, "default": []}]}
            """);
    Schema value =
        parse(
            """
            {"type": "record", "name": "Key", "fields": [
              {"name": "price", "type": {"type": "fixed", "name": "Price", "size": 5}}]}
            """);
    Schema landed =
        LandedSchema.of(ID, value, List.of(new Column("__key", key)))
            .written()
            .getField("__key")
            .schema();
    assertThat(landed.getFullName()).isEqualTo("column.Key");
    assertThat(landed.getProp("connect.name")).isEqualTo("K");
    assertThat(landed.getField("price").schema().getLogicalType())
        .isEqualTo(key.getField("price").schema().getLogicalType());
    assertThat(landed.getField("list").defaultVal()).isEqualTo(List.of());
    assertThat(landed.getField("list").schema().getObjectProp("x")).isEqualTo(1);
  }

  @Test
  void aDefaultThatIsNoneOfItsTypeIsLeftOut() {
    Schema odd =
        parse(
            """
            {"type": "record", "name": "Odd", "fields": [
              {"name": "n", "type": "int", "default": "none", "x": 1}]}
            """);
    Schema.Field n = LandedSchema.of(ID, odd).written().getField("n");
    assertThat(n.hasDefaultValue()).isFalse();
    assertThat(n.getObjectProp("x")).isEqualTo(1);
  }

  private static String schema(String name, String type) {
    return "{\"type\": \"record\", \"name\": \"%s\", \"fields\": [{\"name\": \"f\", \"type\": %s}]}"
        .formatted(name, type);
  }
}
