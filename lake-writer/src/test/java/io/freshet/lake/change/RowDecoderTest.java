package io.freshet.lake.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowDecoderTest {
  private static final String CHANGE_FIELDS =
      """
      {"name":"__op","type":["null","string"]},
      {"name":"__lsn","type":["null","long"]},
      {"name":"__deleted","type":["null","string"]},
      {"name":"__offset","type":"long"},
      {"name":"__kafka_timestamp","type":"long"}
      """;

  static Stream<Arguments> types() {
    long micros = 1_709_210_096_789_012L; // 2024-02-29T12:34:56.789012Z
    return Stream.of(
        Arguments.of("\"boolean\"", true, "boolean", true),
        Arguments.of("\"int\"", 7, "int", 7),
        Arguments.of("\"long\"", 1L << 40, "bigint", 1L << 40),
        Arguments.of("\"float\"", 1.25f, "float", 1.25f),
        Arguments.of("\"double\"", 0.1, "double", 0.1),
        Arguments.of("\"string\"", new Utf8("Zoë"), "string", UTF8String.fromString("Zoë")),
        Arguments.of("\"bytes\"", ByteBuffer.wrap(new byte[] {1, 2}), "binary", new byte[] {1, 2}),
        Arguments.of(
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":10,\"scale\":2}",
            ByteBuffer.wrap(BigDecimal.valueOf(-12345, 2).unscaledValue().toByteArray()),
            "decimal(10,2)",
            Decimal.apply(new BigDecimal("-123.45"), 10, 2)),
        Arguments.of(
            connect("int", "io.debezium.time.Date"),
            (int) LocalDate.of(1999, 12, 31).toEpochDay(),
            "date",
            (int) LocalDate.of(1999, 12, 31).toEpochDay()),
        Arguments.of(connect("long", "io.debezium.time.Timestamp"), 1000L, "timestamp", 1000_000L),
        Arguments.of(
            connect("long", "io.debezium.time.MicroTimestamp"), micros, "timestamp", micros),
        Arguments.of(
            connect("string", "io.debezium.time.ZonedTimestamp"),
            new Utf8("2024-02-29T10:34:56.789012-02:00"),
            "timestamp",
            micros),
        Arguments.of(
            connect("string", "io.debezium.data.Uuid"),
            new Utf8("11111111-2222-3333-4444-555555555555"),
            "string",
            UTF8String.fromString("11111111-2222-3333-4444-555555555555")));
  }

  private static String connect(String type, String name) {
    return "{\"type\":\"%s\",\"connect.version\":1,\"connect.name\":\"%s\"}".formatted(type, name);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeKeepsItsValue(String avro, Object value, String sql, Object expected) {
    for (String type : List.of(avro, "[\"null\"," + avro + "]")) {
      Schema schema = schema("{\"name\":\"v\",\"type\":" + type + "},");
      StructType table = changes(schema).tableSchema(List.of());
      assertThat(table.apply("v").dataType().simpleString()).isEqualTo(sql);
      GenericRecord message = message(schema, "u", "false");
      message.put("v", value);
      assertThat(decode(schema, table, message).get(0, table.apply("v").dataType()))
          .isEqualTo(expected);
    }
  }

  @Test
  void arraysKeepTheirNulls() {
    Schema schema =
        schema("{\"name\":\"v\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"string\"]}},");
    StructType table = changes(schema).tableSchema(List.of());
    GenericRecord message = message(schema, "u", "false");
    message.put("v", Arrays.asList(new Utf8("x"), null));
    InternalRow row = decode(schema, table, message);
    assertThat(row.getArray(0).numElements()).isEqualTo(2);
    assertThat(row.getArray(0).getUTF8String(0)).isEqualTo(UTF8String.fromString("x"));
    assertThat(row.getArray(0).isNullAt(1)).isTrue();
  }

  @Test
  void aDeleteKeepsKeyAndChangeColumnsAndReadsNoFillers() {
    Schema schema =
        schema(
            "{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"n\",\"type\":\"int\"},");
    StructType table = changes(schema).tableSchema(List.of("id"));
    GenericRecord message = message(schema, "d", "true");
    message.put("id", 5);
    message.put("name", new Utf8(""));
    message.put("n", 0);
    InternalRow row = decode(schema, table, message);
    assertThat(row.getInt(0)).isEqualTo(5);
    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.isNullAt(2)).isTrue();
    assertThat(row.getUTF8String(table.fieldIndex("__op"))).isEqualTo(UTF8String.fromString("d"));
    assertThat(row.getBoolean(table.fieldIndex("__deleted"))).isTrue();
    assertThat(row.getLong(table.fieldIndex("__offset"))).isEqualTo(42);
    assertThat(row.getInt(table.fieldIndex("__partition"))).isEqualTo(3);
  }

  @Test
  void valuesWidenToTheTablesType() {
    Schema schema =
        schema("{\"name\":\"i\",\"type\":\"int\"},{\"name\":\"f\",\"type\":\"float\"},");
    StructType table = StructType.fromDDL("i bigint, f double, missing string");
    GenericRecord message = message(schema, "u", "false");
    message.put("i", 7);
    message.put("f", 0.1f);
    InternalRow row = decode(schema, table, message);
    assertThat(row.getLong(0)).isEqualTo(7L);
    assertThat(row.getDouble(1)).isEqualTo((double) 0.1f);
    assertThat(row.isNullAt(2)).isTrue();
  }

  @Test
  void refusesMessagesThatWouldLoseDeletesOrCannotBeRead() {
    assertThatThrownBy(
            () ->
                new ChangeSchema(
                    new Schema.Parser()
                        .parse(
                            "{\"type\":\"record\",\"name\":\"V\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"__offset\",\"type\":\"long\"}]}"),
                    "a.b.c",
                    column -> BareNumeric.DECIMAL))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("a.b.c")
        .hasMessageContaining("delete.tombstone.handling.mode=rewrite");
    assertThatThrownBy(
            () ->
                new ChangeSchema(
                    schema("{\"name\":\"m\",\"type\":[\"int\",\"string\"]},"),
                    "a.b.c",
                    column -> BareNumeric.DECIMAL))
        .hasMessageContaining("column a.b.c.m")
        .hasMessageContaining("union of several types");
  }

  private static ChangeSchema changes(Schema schema) {
    return new ChangeSchema(schema, "t", column -> BareNumeric.DECIMAL);
  }

  private static Schema schema(String fields) {
    return new Schema.Parser()
        .parse("{\"type\":\"record\",\"name\":\"V\",\"fields\":[" + fields + CHANGE_FIELDS + "]}");
  }

  private static GenericRecord message(Schema schema, String op, String deleted) {
    GenericRecord message = new GenericData.Record(schema);
    message.put("__op", new Utf8(op));
    message.put("__lsn", 1L);
    message.put("__deleted", new Utf8(deleted));
    message.put("__offset", 42L);
    message.put("__kafka_timestamp", 1L);
    return message;
  }

  private static InternalRow decode(Schema schema, StructType table, GenericRecord message) {
    return new RowDecoder(schema, "t", table, List.of("id"), 3, Unavailable.DEBEZIUM).row(message);
  }
}
