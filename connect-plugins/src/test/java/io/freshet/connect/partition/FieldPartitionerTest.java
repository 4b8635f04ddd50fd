package io.freshet.connect.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.avro.BadRecordException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders named after fields' values. */
class FieldPartitionerTest {
  private static final Schema ENVELOPE =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Envelope", "namespace": "moma", "fields": [
                {"name": "tags", "type": {"type": "array", "items": "string"}},
                {"name": "notes", "type": {"type": "map", "values": "long"}},
                {"name": "after", "type": ["null", {"type": "record", "name": "Value", "fields": [
                  {"name": "price", "type": ["null", "double"]},
                  {"name": "country", "type": ["null", "string"]},
                  {"name": "kind", "type": {"type": "enum", "name": "Kind",
                    "symbols": ["PRINT", "OIL"]}}]}]},
                {"name": "id", "type": "long"}]}
              """);

  private final TestRecords records = new TestRecords();
  private final Partitioner byField = new FieldPartitioner(List.of("f"), true, Optional.empty());

  private static GenericRecord envelope(String country) {
    GenericRecord after =
        new GenericData.Record(ENVELOPE.getField("after").schema().getTypes().get(1));
    after.put("price", 1.5);
    after.put("country", country);
    after.put(
        "kind", new GenericData.EnumSymbol(after.getSchema().getField("kind").schema(), "OIL"));
    GenericRecord envelope = new GenericData.Record(ENVELOPE);
    envelope.put("tags", List.of("a", "b"));
    envelope.put("notes", Map.of("n", 7L));
    envelope.put("after", after);
    envelope.put("id", 77L);
    return envelope;
  }

  @Test
  void severalFieldsAndNestedOnesOfAMessage() {
    Partitioner partitioner =
        new FieldPartitioner(List.of("after.country", "id", "after.kind"), true, Optional.empty());
    assertThat(records.avro(partitioner, envelope("DE")))
        .isEqualTo("after.country=DE/id=77/after.kind=OIL");
    assertThat(records.avro(partitioner, envelope(null)))
        .isEqualTo("after.country=__HIVE_DEFAULT_PARTITION__/id=77/after.kind=OIL");
    GenericRecord delete = envelope("DE");
    delete.put("after", null);
    assertThat(records.avro(partitioner, delete))
        .as("the record around it is null")
        .isEqualTo(
            "after.country=__HIVE_DEFAULT_PARTITION__/id=77/after.kind=__HIVE_DEFAULT_PARTITION__");
  }

  @Test
  void foldersWithoutTheFieldsNames() {
    assertThat(
            records.avro(
                new FieldPartitioner(List.of("after.country", "id"), false, Optional.empty()),
                envelope("DE")))
        .isEqualTo("DE/77");
  }

  @Test
  void severalFieldsAndNestedOnesOfDecodedData() {
    Partitioner partitioner =
        new FieldPartitioner(List.of("after.country", "id"), true, Optional.empty());
    org.apache.kafka.connect.data.Schema inner =
        SchemaBuilder.struct()
            .optional()
            .field("country", org.apache.kafka.connect.data.Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    org.apache.kafka.connect.data.Schema outer =
        SchemaBuilder.struct()
            .field("after", inner)
            .field("id", org.apache.kafka.connect.data.Schema.INT16_SCHEMA)
            .build();
    Struct value = new Struct(outer).put("id", (short) 5);
    assertThat(records.struct(partitioner, value))
        .isEqualTo("after.country=__HIVE_DEFAULT_PARTITION__/id=5");
    value.put("after", new Struct(inner).put("country", "DE"));
    assertThat(records.struct(partitioner, value)).isEqualTo("after.country=DE/id=5");

    Map<String, Object> map = new HashMap<>(Map.of("id", 5L, "after", Map.of("country", "DE")));
    assertThat(records.map(partitioner, map)).isEqualTo("after.country=DE/id=5");
    map.put("after", null);
    assertThat(records.map(partitioner, map))
        .isEqualTo("after.country=__HIVE_DEFAULT_PARTITION__/id=5");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "Berlin~Berlin",
        "Saint-Étienne 東京~Saint-Étienne 東京",
        "a/../../b~a%2F..%2F..%2Fb",
        "..~%2E.",
        ".~%2E",
        "...~...",
        "x=y~x%3Dy",
        "50%~50%25",
        "50%25~50%2525",
        "''~__HIVE_DEFAULT_PARTITION__",
        "__HIVE_DEFAULT_PARTITION__~%5F_HIVE_DEFAULT_PARTITION__",
        "12:30~12%3A30",
        "a\\b?c*[d]{e^#\"~a%5Cb%3Fc%2A%5Bd%5D%7Be%5E%23%22",
      },
      delimiter = '~')
  void aTextStaysInItsFolderAndMeetsNoOther(String value, String folder) {
    assertThat(records.avro(byField, Schema.create(Schema.Type.STRING), value))
        .isEqualTo("f=" + folder);
    assertThat(records.struct(byField, org.apache.kafka.connect.data.Schema.STRING_SCHEMA, value))
        .isEqualTo("f=" + folder);
    assertThat(records.map(byField, value)).isEqualTo("f=" + folder);
  }

  @Test
  void controlCharactersAreEscaped() {
    assertThat(records.map(byField, "a\nb\tc\u007f\u0000")).isEqualTo("f=a%0Ab%09c%7F%00");
  }

  @Test
  void typesOfMessages() {
    assertThat(records.avro(byField, Schema.create(Schema.Type.BOOLEAN), true)).isEqualTo("f=true");
    assertThat(records.avro(byField, Schema.create(Schema.Type.INT), -3)).isEqualTo("f=-3");
    Schema decimal = LogicalTypes.decimal(9, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    assertThat(records.avro(byField, decimal, unscaled("1200"))).isEqualTo("f=12.00");
    Schema date = LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
    assertThat(records.avro(byField, date, 19_782)).isEqualTo("f=2024-02-29");
    Schema time = LogicalTypes.timeMicros().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(records.avro(byField, time, 45_000_000_001L)).isEqualTo("f=12%3A30%3A00.000001");
    Schema millis = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(records.avro(byField, millis, -1L)).isEqualTo("f=1969-12-31T23%3A59%3A59.999Z");
    Schema micros = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(records.avro(byField, micros, 1_000_001L))
        .isEqualTo("f=1970-01-01T00%3A00%3A01.000001Z");
    Schema local = LogicalTypes.localTimestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    assertThat(records.avro(byField, local, 1_000L)).isEqualTo("f=1970-01-01T00%3A00%3A01");
    Schema uuid = LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
    assertThat(records.avro(byField, uuid, "0b8ccb8a-26e6-4f0e-b4c9-3f8e0a5b7a10"))
        .isEqualTo("f=0b8ccb8a-26e6-4f0e-b4c9-3f8e0a5b7a10");
    Schema debezium = Schema.create(Schema.Type.INT);
    debezium.addProp("connect.name", "io.debezium.time.Date");
    assertThat(records.avro(byField, debezium, 19_782))
        .as("as other sinks name it")
        .isEqualTo("f=19782");
    Schema choice = Schema.createUnion(decimal, Schema.create(Schema.Type.STRING));
    assertThat(records.avro(byField, choice, "x")).isEqualTo("f=x");
    assertThat(records.avro(byField, choice, unscaled("5"))).isEqualTo("f=0.05");
  }

  private static ByteBuffer unscaled(String number) {
    return ByteBuffer.wrap(new BigInteger(number).toByteArray());
  }

  @Test
  void numbersOfVariableScaleMeetInOneFolder() {
    Schema number =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "VariableScaleDecimal",
                 "connect.name": "io.debezium.data.VariableScaleDecimal", "fields": [
                   {"name": "scale", "type": "int"}, {"name": "value", "type": "bytes"}]}
                """);
    for (String text : List.of("1200/2", "12/0", "12000/3")) {
      GenericRecord value = new GenericData.Record(number);
      value.put("value", unscaled(text.split("/")[0]));
      value.put("scale", Integer.parseInt(text.split("/")[1]));
      assertThat(records.avro(byField, number, value)).isEqualTo("f=12");
    }
  }

  @Test
  void typesOfDecodedData() {
    assertThat(records.struct(byField, org.apache.kafka.connect.data.Schema.BOOLEAN_SCHEMA, false))
        .isEqualTo("f=false");
    assertThat(records.struct(byField, Decimal.schema(2), new BigDecimal("12.00")))
        .isEqualTo("f=12.00");
    assertThat(records.struct(byField, Date.SCHEMA, new java.util.Date(19_782 * 86_400_000L)))
        .isEqualTo("f=2024-02-29");
    assertThat(records.struct(byField, Time.SCHEMA, new java.util.Date(45_000_000L)))
        .isEqualTo("f=12%3A30");
    assertThat(records.struct(byField, Timestamp.SCHEMA, new java.util.Date(-1)))
        .isEqualTo("f=1969-12-31T23%3A59%3A59.999Z");
    assertThat(records.map(byField, new BigDecimal("1E+3"))).isEqualTo("f=1000");
  }

  @Test
  void aMissingFieldIsNamedWithTheSchema() {
    Partitioner partitioner = new FieldPartitioner(List.of("after.city"), true, Optional.empty());
    assertThatThrownBy(() -> records.avro(partitioner, envelope("DE")))
        .isInstanceOf(BadRecordException.class)
        .hasMessage(
            "moma.t-3, offset 42: the value has no field 'after.city' to tell its folder by; schema"
                + " moma.Envelope (content id 0) has the fields [tags, notes, after, id]");
    Struct value =
        new Struct(
                SchemaBuilder.struct()
                    .name("moma.Value")
                    .field("id", org.apache.kafka.connect.data.Schema.INT32_SCHEMA)
                    .build())
            .put("id", 1);
    assertThatThrownBy(() -> records.struct(byField, value))
        .isInstanceOf(BadRecordException.class)
        .hasMessageEndingWith("schema moma.Value has the fields [id]");
    assertThatThrownBy(() -> records.map(byField, Map.of("g", 1L)))
        .isInstanceOf(BadRecordException.class)
        .hasMessageEndingWith("the value has no schema, and the fields [g]");
  }

  @Test
  void whatIsNoSingleValueTellsNoFolder() {
    Partitioner byTags = new FieldPartitioner(List.of("tags"), true, Optional.empty());
    assertThatThrownBy(() -> records.avro(byTags, envelope("DE")))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("field 'tags' is of type array, which tells no folder");
    assertThatThrownBy(() -> records.map(byField, List.of(1)))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("field 'f' is of type");
    Schema time = LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT));
    assertThatThrownBy(() -> records.avro(byField, time, -1))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("field 'f' is -1, which is out of its type's range");
  }
}
