package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.format.ByteArrays;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerWriterTest {
  private static final Path MEMORY = Path.of("/proc/self/status");
  private static final SchemaId ID = new SchemaId(SchemaId.Kind.CONTENT, 7);

  @ParameterizedTest
  @EnumSource(AvroCodec.class)
  void avrosOwnReaderFindsEveryValue(AvroCodec codec) {
    Schema schema = BodySkipperTest.EVERYTHING;
    Random random = new Random(42);
    List<GenericRecord> sent = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      sent.add((GenericRecord) BodySkipperTest.random(schema, random, 0));
    }

    byte[] file = write(LandedSchema.of(ID, schema), codec, sent);

    List<GenericRecord> rows = AvroMessages.readFile(file);
    assertThat(rows).hasSize(sent.size());
    for (int i = 0; i < sent.size(); i++) {
      GenericRecord row = rows.get(i);
      GenericRecord expected = sent.get(i);
      for (Schema.Field field : schema.getFields()) {
        // As text: maps have no order in Avro's own comparison, and strings come back as Utf8.
        assertThat(text(row.get(field.name())))
            .as("row %d field %s", i, field.name())
            .isEqualTo(text(expected.get(field.name())));
      }
      assertThat(row.get("__offset")).isEqualTo(offset(i));
      assertThat(row.get("__kafka_timestamp")).isEqualTo(timestamp(i));
    }
  }

  private static String text(Object value) {
    if (value instanceof Map<?, ?> pairs) {
      TreeMap<String, String> sorted = new TreeMap<>();
      pairs.forEach((key, each) -> sorted.put(key.toString(), text(each)));
      return sorted.toString();
    }
    return GenericData.get().toString(value);
  }

  @Test
  void headerCarriesSchemaAndMetadata() throws Exception {
    LandedSchema schema = LandedSchema.of(ID, AvroMessages.ROW);
    byte[] file = write(schema, AvroCodec.DEFLATE, List.of(AvroMessages.row(1, "x")));
    try (DataFileStream<GenericRecord> in =
        new DataFileStream<>(new ByteArrayInputStream(file), new GenericDatumReader<>())) {
      assertThat(in.getMetaString("freshet-next")).isEqualTo("12");
      assertThat(in.getMetaString("avro.codec")).isEqualTo("deflate");
      Schema written = in.getSchema();
      assertThat(written.getFullName()).isEqualTo("moma.artists.Value");
      assertThat(written.getFields().stream().map(Schema.Field::name))
          .containsExactly("id", "name", "__offset", "__kafka_timestamp");
      assertThat(written.getField("name").defaultVal())
          .isEqualTo(org.apache.avro.JsonProperties.NULL_VALUE);
      assertThat(written.getField("__kafka_timestamp").schema().getLogicalType().getName())
          .isEqualTo("timestamp-millis");
    }
  }

  @Test
  void aValueThatIsNoRecordBecomesTheOneFieldOfOne() {
    Schema text = Schema.create(Schema.Type.STRING);
    List<GenericRecord> rows =
        AvroMessages.readFile(write(LandedSchema.of(ID, text), AvroCodec.NULL, List.of("a", "b")));
    assertThat(rows).extracting(row -> row.get("value").toString()).containsExactly("a", "b");
    assertThat(rows).extracting(row -> row.get("__offset")).containsExactly(offset(0), offset(1));
  }

  @Test
  void aRecordThatContainsItselfCanBeRead() {
    Schema node =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Node", "namespace": "t", "fields": [
                  {"name": "n", "type": "int"}, {"name": "next", "type": ["null", "Node"]}]}
                """);
    GenericRecord inner = new GenericData.Record(node);
    inner.put("n", 2);
    GenericRecord outer = new GenericData.Record(node);
    outer.put("n", 1);
    outer.put("next", inner);
    GenericRecord row =
        AvroMessages.readFile(write(LandedSchema.of(ID, node), AvroCodec.NULL, List.of(outer)))
            .get(0);
    assertThat(row.get("n")).isEqualTo(1);
    assertThat(((GenericRecord) row.get("next")).get("n")).isEqualTo(2);
  }

  @Test
  void aFieldWithAnAppendedOnesNameIsRefused() {
    Schema taken =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "T", "fields": [{"name": "__offset", "type": "long"}]}
                """);
    assertThatThrownBy(() -> LandedSchema.of(ID, taken))
        .hasMessageContaining("schema T (content id 7) already has a field '__offset'");
  }

  @Test
  void aRecordLargerThanABlockFits() {
    byte[] letters = new byte[300_000];
    Arrays.fill(letters, (byte) 'x');
    String large = new String(letters, java.nio.charset.StandardCharsets.US_ASCII);
    List<GenericRecord> rows =
        AvroMessages.readFile(
            write(
                LandedSchema.of(ID, AvroMessages.ROW),
                AvroCodec.NULL,
                List.of(
                    AvroMessages.row(1, "a"),
                    AvroMessages.row(2, large),
                    AvroMessages.row(3, "b"))));
    assertThat(rows).extracting(row -> row.get("name").toString()).containsExactly("a", large, "b");
  }

  @Test
  void theBlockGrowsWithItsRecordsAndShrinksWhenMemoryIsShort() {
    LandedSchema schema = LandedSchema.of(ID, AvroMessages.ROW);
    byte[] body = AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, "x"));
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    ContainerWriter writer = new ContainerWriter(schema, AvroCodec.NULL, blocks, new ByteArrays(0));
    assertThat(writer.heapBytes()).isZero();
    EncodedRecord record = new EncodedRecord(schema, body, 0, body.length);
    writer.append(record, 0, 0);
    assertThat(writer.heapBytes()).isLessThanOrEqualTo(1_024);
    writer.shrink();
    assertThat(writer.heapBytes()).isZero();
    assertThat(blocks.size()).isPositive();
    for (int i = 1; i < 100_000; i++) {
      writer.append(record, i, 0);
    }
    assertThat(writer.heapBytes()).isBetween(64L * 1024, 140L * 1024);
    byte[] large = AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, "x".repeat(5_000_000)));
    writer.append(new EncodedRecord(schema, large, 0, large.length), 100_000, 0);
    writer.append(record, 100_001, 0);
    assertThat(writer.heapBytes()).as("a large record's room is given back").isLessThan(65_537);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(writer.finish(Map.of()));
    file.writeBytes(blocks.toByteArray());
    assertThat(AvroMessages.readFile(file.toByteArray())).hasSize(100_002);
  }

  @Test
  void openFilesHoldNoDeflaters() throws Exception {
    assumeThat(MEMORY).exists();
    LandedSchema schema = LandedSchema.of(ID, AvroMessages.ROW);
    byte[] body = AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, "x".repeat(70_000)));
    EncodedRecord record = new EncodedRecord(schema, body, 0, body.length);
    List<ContainerWriter> open = new ArrayList<>();
    long before = residentKilobytes();
    for (int i = 0; i < 2_000; i++) {
      ContainerWriter writer =
          new ContainerWriter(
              schema, AvroCodec.DEFLATE, OutputStream.nullOutputStream(), new ByteArrays(0));
      writer.append(record, 0, 0);
      writer.shrink();
      open.add(writer);
    }
    assertThat(open).hasSize(2_000);
    // A deflater holds about 260 kB outside the heap, which is 520 MB for all of them.
    assertThat(residentKilobytes() - before).isLessThan(400_000);
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(MEMORY).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static long offset(int i) {
    return i * 3_000_000_000L;
  }

  private static long timestamp(int i) {
    return i == 0 ? -1 : 1_700_000_000_000L + i;
  }

  private static byte[] write(LandedSchema schema, AvroCodec codec, List<?> data) {
    Schema message =
        schema.written().getField("value") != null
            ? schema.written().getField("value").schema()
            : null;
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    ContainerWriter writer = new ContainerWriter(schema, codec, blocks, new ByteArrays(0));
    for (int i = 0; i < data.size(); i++) {
      Object datum = data.get(i);
      byte[] body =
          AvroMessages.body(
              datum instanceof GenericRecord record ? record.getSchema() : message, datum);
      writer.append(new EncodedRecord(schema, body, 0, body.length), offset(i), timestamp(i));
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(writer.finish(Map.of("freshet-next", "12")));
    file.writeBytes(blocks.toByteArray());
    assertThat(writer.records()).isEqualTo(data.size());
    assertThat(writer.bytes()).isEqualTo(blocks.size());
    return file.toByteArray();
  }
}
