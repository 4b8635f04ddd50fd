package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.freshet.connect.AvroMessages;
import io.freshet.connect.ParquetMessages;
import io.freshet.connect.avro.LandedSchema;
import io.freshet.connect.avro.SchemaId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type, landed as Avro and as Parquet, against rows that are written down. */
class GoldenFilesTest extends TaskFixture {
  private static final int ID = 80;

  /** Rows of the file: those of the golden JSON, which is Avro's own encoding in JSON. */
  private static final Schema WRITTEN =
      LandedSchema.of(new SchemaId(SchemaId.Kind.CONTENT, ID), schema()).written();

  private static Schema schema() {
    return new Schema.Parser().parse(resource("everything.avsc"));
  }

  private static String resource(String name) {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<GenericRecord> golden() {
    return resource("rows.json").lines().map(GoldenFilesTest::row).toList();
  }

  private static GenericRecord row(String json) {
    try {
      return new GenericDatumReader<GenericRecord>(WRITTEN)
          .read(null, DecoderFactory.get().jsonDecoder(WRITTEN, json));
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  private static GenericRecord message(Schema schema, GenericRecord row) {
    GenericRecord message = new GenericData.Record(schema);
    schema.getFields().forEach(field -> message.put(field.pos(), row.get(field.name())));
    return message;
  }

  /** Without the field that the converter fails on: a decimal in a fixed. */
  private static Schema convertible() {
    Schema all = schema();
    return Schema.createRecord(
        all.getName(),
        null,
        all.getNamespace(),
        false,
        all.getFields().stream()
            .filter(field -> !field.name().equals("rate"))
            .map(field -> new Schema.Field(field, field.schema()))
            .toList());
  }

  private List<GenericRecord> land(String format, String... more) {
    List<String> properties = new ArrayList<>(List.of("format.class", format));
    properties.addAll(java.util.Arrays.asList(more));
    TestWorker worker = worker(properties.toArray(String[]::new));
    worker.assign(0, topic);
    worker.poll(100);
    worker.revoke(topic);
    List<String> keys = s3.keys("topics/" + topic.partition().topic() + "/");
    assertThat(keys).hasSize(1).allMatch(key -> key.endsWith("." + format));
    byte[] file = s3.read(keys.get(0));
    return format.equals("avro") ? AvroMessages.readFile(file) : ParquetMessages.readFile(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"avro", "parquet"})
  void messagesPassedThrough(String format) {
    registry.content(ID, schema());
    List<GenericRecord> golden = golden();
    for (int i = 0; i < golden.size(); i++) {
      topic.value(
          i,
          AvroMessages.framed(ID, AvroMessages.body(schema(), message(schema(), golden.get(i)))));
    }
    List<GenericRecord> rows = land(format);
    assertThat(rows).hasSize(3).isEqualTo(golden);
    assertThat(rows.get(0).getSchema()).isEqualTo(WRITTEN);
  }

  /**
   * What a converter makes of the messages: enums are texts, a union is a record of its branches.
   */
  @ParameterizedTest
  @ValueSource(strings = {"avro", "parquet"})
  void dataOfAConverter(String format) {
    List<GenericRecord> golden = golden();
    decoded(golden);
    List<GenericRecord> rows = land(format, "registry.url", null);
    assertThat(rows).hasSize(3);
    for (int i = 0; i < 3; i++) {
      GenericRecord row = rows.get(i);
      for (Schema.Field field : row.getSchema().getFields()) {
        Object expected = golden.get(i).get(field.name());
        if (field.name().equals("choice")) {
          GenericRecord choice = (GenericRecord) row.get("choice");
          assertThat(choice == null ? null : choice.get("string"))
              .isEqualTo(expected instanceof Utf8 ? expected : null);
          assertThat(choice == null ? null : choice.get("long"))
              .isEqualTo(expected instanceof Long ? expected : null);
        } else {
          assertThat(plain(row.get(field.name())))
              .as("row %d field %s", i, field.name())
              .isEqualTo(plain(expected));
        }
      }
    }
    Schema landed = rows.get(0).getSchema();
    assertThat(landed.getFields()).hasSameSizeAs(WRITTEN.getFields().subList(1, 32));
    assertThat(landed.getField("price").schema().getLogicalType().getName()).isEqualTo("decimal");
    assertThat(landed.getField("day").schema().getLogicalType().getName()).isEqualTo("date");
    assertThat(landed.getField("seen").schema().getLogicalType().getName())
        .isEqualTo("timestamp-millis");
  }

  private void decoded(List<GenericRecord> golden) {
    AvroData converter = new AvroData(10);
    Schema schema = convertible();
    for (int i = 0; i < golden.size(); i++) {
      SchemaAndValue data = converter.toConnectData(schema, message(schema, golden.get(i)));
      topic.value(i, data.schema(), data.value());
    }
  }

  /** A text for an enum's symbol, bytes for a fixed value; the rest as it is. */
  private static Object plain(Object value) {
    if (value instanceof GenericFixed fixed) {
      return java.nio.ByteBuffer.wrap(fixed.bytes());
    }
    if (value instanceof GenericData.EnumSymbol || value instanceof CharSequence) {
      return value.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(GoldenFilesTest::plain).toList().toString();
    }
    if (value instanceof Map<?, ?> || value instanceof GenericRecord) {
      return value.toString();
    }
    return value;
  }

  @Test
  void bothFormatsHoldTheSame() {
    decoded(golden());
    List<GenericRecord> avro = land("avro", "registry.url", null);
    newTopic();
    decoded(golden());
    assertThat(land("parquet", "registry.url", null)).isEqualTo(avro);
  }
}
