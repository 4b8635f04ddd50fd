package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.connect.AvroMessages;
import io.freshet.schemas.LandingKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** JSON lines and raw bytes, whole and gzipped. */
class LinesTest extends TaskFixture {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema AVRO =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Value", "namespace": "moma.artworks", "fields": [
                {"name": "id", "type": "int"},
                {"name": "title", "type": ["null", "string"], "default": null},
                {"name": "price", "type":
                  {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 2}},
                {"name": "acquired", "type": {"type": "int", "logicalType": "date"}},
                {"name": "seen", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "image", "type": "bytes"},
                {"name": "key", "type": {"type": "fixed", "name": "Key", "size": 2}},
                {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
                {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}},
                {"name": "sizes", "type": {"type": "map", "values": "double"}},
                {"name": "any", "type": ["null", "string", "long"]}]}
              """);

  private String[] json(String... more) {
    List<String> pairs = new ArrayList<>(List.of("format.class", "json"));
    pairs.addAll(Arrays.asList(more));
    return pairs.toArray(String[]::new);
  }

  /** Lands everything at once, and reads the one file. */
  private byte[] land(String extension, String... properties) {
    TestWorker worker = worker(properties);
    worker.assign(0, topic);
    worker.poll(100);
    worker.revoke(topic);
    List<String> keys = s3.keys(LandingKey.prefix("topics", topic.partition().topic(), 0));
    assertThat(keys).hasSize(1).allMatch(key -> key.endsWith("+00000000000000000000." + extension));
    return s3.read(keys.get(0));
  }

  private static List<String> lines(byte[] file) {
    String text = new String(file, StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    return text.lines().toList();
  }

  @Test
  void structsAsTheJsonConverterWritesThem() throws IOException {
    org.apache.kafka.connect.data.Schema schema =
        SchemaBuilder.struct()
            .field("a-b", org.apache.kafka.connect.data.Schema.STRING_SCHEMA)
            .field("none", SchemaBuilder.string().optional().defaultValue("x").build())
            .field("price", Decimal.schema(2))
            .field("seen", Timestamp.SCHEMA)
            .build();
    Struct first =
        new Struct(schema)
            .put("a-b", "two\nlines, “ü”")
            .put("none", null)
            .put("price", new BigDecimal("12345678901234567.80"))
            .put("seen", Date.from(Instant.ofEpochMilli(5)));
    Struct other =
        new Struct(
                SchemaBuilder.struct()
                    .field("n", org.apache.kafka.connect.data.Schema.INT64_SCHEMA)
                    .build())
            .put("n", 1L);
    topic.value(0, schema, first).value(1, other.schema(), other);

    List<String> lines = lines(land("json", json("registry.url", null)));
    assertThat(lines)
        .containsExactly(
            "{\"a-b\":\"two\\nlines, “ü”\",\"none\":null,\"price\":12345678901234567.80,\"seen\":5,"
                + "\"__offset\":0,\"__kafka_timestamp\":1000}",
            "{\"n\":1,\"__offset\":1,\"__kafka_timestamp\":1001}");
  }

  @Test
  void decimalsAsConfluentsSinkWritesThem() {
    org.apache.kafka.connect.data.Schema schema =
        SchemaBuilder.struct().field("price", Decimal.schema(2)).build();
    topic
        .value(0, schema, new Struct(schema).put("price", new BigDecimal("1.28")))
        .value(1, AvroMessages.framed(78, AvroMessages.body(AVRO, artwork())));
    registry.content(78, AVRO);
    List<String> lines = lines(land("json", json("json.decimal.format", "base64")));
    assertThat(lines.get(0)).startsWith("{\"price\":\"AIA=\",");
    assertThat(lines.get(1)).contains("\"price\":\"AIA=\",");
  }

  @Test
  void valuesWithoutASchema() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", 1L);
    object.put("list", Arrays.asList("a", null, 1.5));
    topic
        .value(0, object)
        .value(1, Map.of())
        .value(2, "text")
        .value(3, List.of(1L, 2L))
        .value(4, 5.5);
    assertThat(lines(land("json", json())))
        .containsExactly(
            "{\"id\":1,\"list\":[\"a\",null,1.5],\"__offset\":0,\"__kafka_timestamp\":1000}",
            "{\"__offset\":1,\"__kafka_timestamp\":1001}",
            "{\"value\":\"text\",\"__offset\":2,\"__kafka_timestamp\":1002}",
            "{\"value\":[1,2],\"__offset\":3,\"__kafka_timestamp\":1003}",
            "{\"value\":5.5,\"__offset\":4,\"__kafka_timestamp\":1004}");
  }

  private static GenericRecord artwork() {
    GenericRecord row = new GenericData.Record(AVRO);
    row.put("id", 7);
    row.put("price", ByteBuffer.wrap(new byte[] {0, (byte) 128}));
    row.put("acquired", 18_321);
    row.put("seen", 1_700_000_000_000_001L);
    row.put("image", ByteBuffer.wrap(new byte[] {1, 2, 3}));
    row.put("key", new GenericData.Fixed(AVRO.getField("key").schema(), new byte[] {4, 5}));
    row.put("kind", new GenericData.EnumSymbol(AVRO.getField("kind").schema(), "B"));
    row.put("tags", Arrays.asList("x", null));
    row.put("sizes", Map.of("w", 1.25));
    row.put("any", 9L);
    return row;
  }

  @Test
  void avroMessagesOfAllSchemasInOneFile() throws IOException {
    registry.content(79, AVRO);
    topic.value(0, AvroMessages.framed(79, AvroMessages.body(AVRO, artwork()))).row(1);
    List<String> lines = lines(land("json", json()));
    JsonNode expected =
        JSON.readTree(
            """
            {"id": 7, "title": null, "price": 1.28, "acquired": 18321, "seen": 1700000000000001,
             "image": "AQID", "key": "BAU=", "kind": "B", "tags": ["x", null],
             "sizes": {"w": 1.25}, "any": 9, "__offset": 0, "__kafka_timestamp": 1000}
            """);
    assertThat(JSON.readTree(lines.get(0))).isEqualTo(expected);
    assertThat(lines.get(1))
        .isEqualTo("{\"id\":1,\"name\":\"n1\",\"__offset\":1,\"__kafka_timestamp\":1001}");
  }

  @Test
  void gzippedLinesAreWhole() throws IOException {
    topic.rows(0, 50);
    String[] properties = json("s3.compression.type", "gzip", "s3.compression.level", "9");
    byte[] file = land("json.gz", properties);
    byte[] text;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      text = in.readAllBytes();
    }
    assertThat(lines(text)).hasSize(50).last().asString().contains("\"__offset\":49");

    // The chain goes on after such a file.
    topic.rows(50, 60);
    TestWorker next = worker(properties);
    next.assign(0, topic);
    assertThat(next.position(topic)).isEqualTo(50);
  }

  @Test
  void aTruncatedMessageIsABadRecord() {
    byte[] whole = AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, "name"));
    topic.value(
        0, AvroMessages.framed(TestTopic.SCHEMA_ID, Arrays.copyOf(whole, whole.length - 2)));
    TestWorker worker = worker(json("avro.validate", "false"));
    worker.assign(0, topic);
    assertThatThrownBy(() -> worker.poll(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(topic.partition() + ", offset 0");
  }

  @Test
  void aFieldWithAnAppendedOnesNameIsABadRecord() {
    topic.value(0, Map.of("__offset", 1L));
    TestWorker worker = worker(json());
    worker.assign(0, topic);
    assertThatThrownBy(() -> worker.poll(10))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("already has a field '__offset'");
  }

  @Test
  void bytesWithoutARegistryNameTheFixes() {
    topic.row(0);
    TestWorker worker = worker(json("registry.url", null));
    worker.assign(0, topic);
    assertThatThrownBy(() -> worker.poll(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("set registry.url if it is Avro")
        .hasMessageContaining("format.class=bytes");
  }

  @Test
  void bytesAsTheyAre() {
    topic
        .value(0, new byte[] {0, 1})
        .value(1, ByteBuffer.wrap(new byte[] {9, 2, 3}, 1, 2))
        .value(2, "ü");
    byte[] file = land("bin", "format.class", "bytes", "registry.url", null);
    byte[] end = System.lineSeparator().getBytes(StandardCharsets.US_ASCII);
    assertThat(file)
        .isEqualTo(
            ByteBuffer.allocate(6 + 3 * end.length)
                .put(new byte[] {0, 1})
                .put(end)
                .put(new byte[] {2, 3})
                .put(end)
                .put("ü".getBytes(StandardCharsets.UTF_8))
                .put(end)
                .array());
  }

  @Test
  void bytesWithASeparatorAnExtensionAndGzip() throws IOException {
    topic.value(0, "a").value(1, "b");
    byte[] file =
        land(
            "log.gz",
            "format.class",
            "io.confluent.connect.s3.format.bytearray.ByteArrayFormat",
            "format.bytearray.separator",
            "|\n",
            "format.bytearray.extension",
            ".log",
            "s3.compression.type",
            "gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("a|\nb|\n");
    }
  }

  @Test
  void dataAreNoBytes() {
    topic.value(0, Map.of("id", 1L));
    TestWorker worker = worker("format.class", "bytes");
    worker.assign(0, topic);
    assertThatThrownBy(() -> worker.poll(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("raw bytes are to be landed; set value.converter");
  }

  @Test
  void linesRotateByTheirBytes() {
    topic.rows(0, 100);
    TestWorker worker = worker(json("rotate.bytes", "1000"));
    worker.assign(0, topic);
    worker.poll(100);
    List<String> keys = s3.keys(LandingKey.prefix("topics", topic.partition().topic(), 0));
    assertThat(keys).hasSizeGreaterThan(3);
    assertThat(keys).allSatisfy(key -> assertThat(s3.read(key).length).isBetween(1_000, 1_100));
  }
}
