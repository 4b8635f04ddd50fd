package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.ParquetMessages;
import io.freshet.connect.format.FormatWriter;
import io.freshet.connect.format.ParquetCodec;
import io.freshet.connect.format.ParquetFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetFormatTest {
  private static final SchemaId ID = new SchemaId(SchemaId.Kind.CONTENT, 7);
  private static final Schema MANY =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Many", "namespace": "t", "fields": [
                {"name": "nothing", "type": "null"},
                {"name": "flag", "type": "boolean"},
                {"name": "small", "type": "int"},
                {"name": "large", "type": ["null", "long"]},
                {"name": "single", "type": "float"},
                {"name": "twice", "type": ["double", "null"]},
                {"name": "text", "type": "string"},
                {"name": "price", "type": {"type": "bytes", "logicalType": "decimal",
                                           "precision": 12, "scale": 2}},
                {"name": "digest", "type": {"type": "fixed", "name": "Md5", "size": 16}},
                {"name": "colour", "type": {"type": "enum", "name": "Colour",
                                            "symbols": ["RED", "GREEN"]}},
                {"name": "choice", "type": ["null", "string", "long",
                   {"type": "record", "name": "Inner", "fields": [
                     {"name": "a", "type": "int"},
                     {"name": "b", "type": {"type": "array", "items": ["null", "string"]}}]}]},
                {"name": "list", "type": {"type": "array", "items": ["null", "int"]}},
                {"name": "lists", "type": {"type": "array", "items":
                   {"type": "array", "items": "Inner"}}},
                {"name": "time", "type": {"type": "int", "logicalType": "time-millis"}},
                {"name": "dictionary", "type": {"type": "map", "values": ["null", "Inner"]}}]}
              """);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static void append(FormatWriter writer, LandedSchema schema, Object datum, int i) {
    byte[] body = AvroMessages.body(schema.message(), datum);
    writer.append(new EncodedRecord(schema, body, 0, body.length), i, 1_000 + i);
  }

  private byte[] write(ParquetCodec codec, Schema message, List<?> data) {
    LandedSchema schema = LandedSchema.of(ID, message);
    FormatWriter writer = new ParquetFormat(codec).open(schema, out);
    for (int i = 0; i < data.size(); i++) {
      append(writer, schema, data.get(i), i);
    }
    assertThat(writer.records()).isEqualTo(data.size());
    assertThat(writer.finish(Map.of("freshet-next", "12"))).isEmpty();
    assertThat(writer.bytes()).isEqualTo(out.size());
    assertThat(writer.heapBytes()).isZero();
    return out.toByteArray();
  }

  private static List<GenericRecord> random(Schema schema, int count) {
    Random random = new Random(42);
    return Stream.generate(() -> (GenericRecord) BodySkipperTest.random(schema, random, 0))
        .limit(count)
        .toList();
  }

  private static String text(Object value) {
    if (value instanceof Map<?, ?> pairs) {
      TreeMap<String, String> sorted = new TreeMap<>();
      pairs.forEach((key, each) -> sorted.put(key.toString(), text(each)));
      return sorted.toString();
    }
    return GenericData.get().toString(value);
  }

  @ParameterizedTest
  @EnumSource(ParquetCodec.class)
  void parquetsOwnReaderFindsEveryValue(ParquetCodec codec) {
    List<GenericRecord> sent = random(MANY, 3_000);
    byte[] file = write(codec, MANY, sent);
    List<GenericRecord> rows = ParquetMessages.readFile(file);
    assertThat(rows).hasSize(sent.size());
    for (int i = 0; i < sent.size(); i++) {
      GenericRecord row = rows.get(i);
      GenericRecord expected = sent.get(i);
      for (Schema.Field field : MANY.getFields()) {
        assertThat(text(row.get(field.name())))
            .as("row %d field %s", i, field.name())
            .isEqualTo(text(expected.get(field.name())));
      }
      assertThat(row.get("__offset")).isEqualTo((long) i);
      assertThat(row.get("__kafka_timestamp")).isEqualTo(1_000L + i);
    }
    assertThat(ParquetMessages.readFooter(file).getBlocks().get(0).getColumns())
        .allSatisfy(
            column ->
                assertThat(column.getCodec().name())
                    .isEqualTo(codec == ParquetCodec.NONE ? "UNCOMPRESSED" : codec.name()));
  }

  @Test
  void columnsAreOfTheTypesThatSparkReads() {
    Schema message =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "R", "fields": [
                  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                  {"name": "local", "type":
                    {"type": "long", "logicalType": "local-timestamp-millis"}},
                  {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                  {"name": "time", "type": {"type": "long", "logicalType": "time-micros"}},
                  {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
                  {"name": "price", "type": ["null", {"type": "bytes", "logicalType": "decimal",
                     "precision": 9, "scale": 2}]},
                  {"name": "list", "type": {"type": "array", "items": ["null",
                    {"type": "int", "logicalType": "time-millis"}]}},
                  {"name": "map", "type": {"type": "map", "values": "int"}},
                  {"name": "any", "type": ["null", "string", "int"]}]}
                """);
    MessageType columns =
        ParquetMessages.readFooter(write(ParquetCodec.NONE, message, List.of()))
            .getFileMetaData()
            .getSchema();
    assertThat(columns.toString().lines().map(String::strip).collect(Collectors.joining("\n")))
        .isEqualTo(
            """
            message R {
            required int64 at (TIMESTAMP(MICROS,true));
            required int64 local (TIMESTAMP(MILLIS,false));
            required int32 day (DATE);
            required int64 time;
            required binary id (STRING);
            optional binary price (DECIMAL(9,2));
            required group list (LIST) {
            repeated group list {
            optional int32 element;
            }
            }
            required group map (MAP) {
            repeated group key_value (MAP_KEY_VALUE) {
            required binary key (STRING);
            required int32 value;
            }
            }
            optional group any {
            optional binary member0 (STRING);
            optional int32 member1;
            }
            required int64 __offset;
            required int64 __kafka_timestamp (TIMESTAMP(MILLIS,true));
            }""");
  }

  @Test
  void theFooterCarriesSchemaAndMetadata() {
    ParquetMetadata footer =
        ParquetMessages.readFooter(write(ParquetCodec.GZIP, MANY, random(MANY, 1)));
    Map<String, String> pairs = footer.getFileMetaData().getKeyValueMetaData();
    assertThat(pairs).containsEntry("freshet-next", "12");
    assertThat(new Schema.Parser().parse(pairs.get("parquet.avro.schema")))
        .isEqualTo(LandedSchema.of(ID, MANY).written());
  }

  @Test
  void aValueThatIsNoRecordBecomesTheOneColumn() {
    List<GenericRecord> rows =
        ParquetMessages.readFile(
            write(ParquetCodec.SNAPPY, Schema.create(Schema.Type.STRING), List.of("a", "b")));
    assertThat(rows).extracting(row -> row.get("value").toString()).containsExactly("a", "b");
  }

  @Test
  void memoryIsGivenBackByEndingTheRowGroup() {
    LandedSchema schema = LandedSchema.of(ID, MANY);
    List<GenericRecord> sent = random(MANY, 900);
    FormatWriter writer = new ParquetFormat(ParquetCodec.ZSTD).open(schema, out);
    assertThat(writer.heapBytes()).isZero();
    for (int i = 0; i < sent.size(); i++) {
      append(writer, schema, sent.get(i), i);
      if (i == 299 || i == 599) {
        assertThat(writer.heapBytes()).isGreaterThan(50_000);
        writer.shrink();
        writer.shrink();
        assertThat(writer.heapBytes()).isZero();
        assertThat(writer.bytes()).isEqualTo(out.size()).isGreaterThan(10_000);
      }
    }
    writer.finish(Map.of());
    assertThat(ParquetMessages.readFooter(out.toByteArray()).getBlocks())
        .extracting(block -> block.getRowCount())
        .containsExactly(300L, 300L, 300L);
    assertThat(ParquetMessages.readFile(out.toByteArray()))
        .extracting(row -> row.get("__offset"))
        .hasSize(900)
        .doesNotHaveDuplicates();
  }

  @Test
  void bytesGrowAsRowsDo() {
    LandedSchema schema = LandedSchema.of(ID, AvroMessages.ROW);
    FormatWriter writer = new ParquetFormat(ParquetCodec.NONE).open(schema, out);
    Random random = new Random(1);
    long last = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] letters = new byte[1_000];
      random.nextBytes(letters);
      for (int j = 0; j < letters.length; j++) {
        letters[j] = (byte) ('a' + (letters[j] & 15));
      }
      append(
          writer, schema, AvroMessages.row(i, new String(letters, StandardCharsets.US_ASCII)), i);
      if (i % 100 == 99) {
        assertThat(writer.bytes()).isGreaterThan(last);
        last = writer.bytes();
      }
    }
    assertThat(last).isBetween(1_900_000L, 2_300_000L);
    writer.finish(Map.of());
    assertThat((long) out.size()).isBetween(last - 100_000, last + 100_000);
  }

  @Test
  void aLargeFileHasSeveralRowGroups() {
    LandedSchema schema = LandedSchema.of(ID, AvroMessages.ROW);
    FormatWriter writer = new ParquetFormat(ParquetCodec.NONE).open(schema, out);
    char[] letters = new char[1 << 20];
    Arrays.fill(letters, 'x');
    String large = new String(letters);
    long most = 0;
    for (int i = 0; i < 150; i++) {
      append(writer, schema, AvroMessages.row(i, i + large), i);
      most = Math.max(most, writer.heapBytes());
    }
    writer.finish(Map.of());
    assertThat(most).isLessThan(100L << 20);
    assertThat(ParquetMessages.readFooter(out.toByteArray()).getBlocks()).hasSize(5);
    assertThat(ParquetMessages.readFile(out.toByteArray())).hasSize(150);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[\"null\", \"R\"]; R.f, which is of the type R, which contains itself",
        "{\"type\": \"array\", \"items\": \"null\"}; R.f[], which can only be null",
        "{\"type\": \"map\", \"values\": \"null\"}; R.f{}, which can only be null",
        "[\"null\"]; R.f, which can only be null",
        "{\"type\": \"record\", \"name\": \"E\", \"fields\": []}; R.f, which is a record without",
        "{\"type\": \"record\", \"name\": \"E\", \"fields\": [{\"name\": \"n\", \"type\":"
            + " \"null\"}]}; R.f, which is a record without a field that can have a value"
      })
  void whatParquetCantHoldIsRefusedByName(String type, String reason) {
    Schema message =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"f\", \"type\": "
                    + type
                    + "}]}");
    LandedSchema schema = LandedSchema.of(ID, message);
    ParquetFormat format = new ParquetFormat(ParquetCodec.SNAPPY);
    assertThatThrownBy(() -> format.check(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Parquet can't hold the field R")
        .hasMessageContaining(reason.substring(reason.indexOf(',')))
        .hasMessageContaining("format.class");
  }

  @Test
  void aTypeThatIsUsedTwiceIsHeld() {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("first", AvroMessages.ROW));
    fields.add(new Schema.Field("second", AvroMessages.ROW));
    Schema twice = Schema.createRecord("Twice", null, "t", false, fields);
    GenericRecord row = new GenericData.Record(twice);
    row.put("first", AvroMessages.row(1, "a"));
    row.put("second", AvroMessages.row(2, null));
    assertThat(ParquetMessages.readFile(write(ParquetCodec.SNAPPY, twice, List.of(row))))
        .extracting(read -> read.get("second").toString())
        .containsExactly("{\"id\": 2, \"name\": null}");
  }
}
