package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.TestRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, headers and missing values, in rows that any Avro reader reads. */
class RowEncoderTest {
  private static final org.apache.kafka.connect.data.Schema NO_SCHEMA = null;
  private static final org.apache.kafka.connect.data.Schema BYTES =
      org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA;
  private static final org.apache.kafka.connect.data.Schema TEXT =
      org.apache.kafka.connect.data.Schema.OPTIONAL_STRING_SCHEMA;
  private static final Schema KEY =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Key", "namespace": "moma.artists", "fields": [
                {"name": "id", "type": "int"}]}
              """);

  private TestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new TestRegistry().content(5, AvroMessages.ROW).content(6, KEY).global(9, KEY);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private RowEncoder encoder(boolean nullable, Place keysAt, Place headersAt) {
    SchemaRegistry schemas = new SchemaRegistry(registry.url());
    PassThroughEncoder messages = new PassThroughEncoder(schemas, IdFormat.CONTENT_ID_4, true);
    return new RowEncoder(
        new EncoderByValue(Optional.of(messages), new ConnectDataEncoder()),
        nullable ? Optional.of(RowEncoder.none()) : Optional.empty(),
        keysAt,
        new KeyEncoder(Optional.of(schemas), IdFormat.CONTENT_ID_4, true),
        headersAt);
  }

  private static byte[] message(int id, String name) {
    return AvroMessages.framed(5, AvroMessages.body(AvroMessages.ROW, AvroMessages.row(id, name)));
  }

  private static byte[] keyBody(int id) {
    GenericRecord key = new GenericData.Record(KEY);
    key.put("id", id);
    return AvroMessages.body(KEY, key);
  }

  private static byte[] key(int id) {
    return AvroMessages.framed(6, keyBody(id));
  }

  private static SinkRecord record(
      org.apache.kafka.connect.data.Schema keySchema, Object key, Object value, Headers headers) {
    return new SinkRecord(
        "moma", 3, keySchema, key, null, value, 17, 1L, TimestampType.CREATE_TIME, headers);
  }

  private static SinkRecord record(Object key, Object value) {
    return record(BYTES, key, value, new ConnectHeaders());
  }

  /** The row as a reader of the file decodes it. */
  private static GenericRecord row(EncodedRecord encoded) {
    byte[] bytes = bytes(encoded);
    try {
      return new GenericDatumReader<GenericRecord>(reparsed(encoded))
          .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The schema as a file's header has it. */
  private static Schema reparsed(EncodedRecord encoded) {
    return new Schema.Parser().parse(encoded.schema().written().toString());
  }

  private static byte[] bytes(EncodedRecord encoded) {
    byte[] bytes = new byte[encoded.maxRowBytes()];
    return Arrays.copyOf(bytes, encoded.putRow(bytes, 0, 17, 99));
  }

  private static Object value(GenericRecord row, String field) {
    return row.get(field);
  }

  @Test
  void aRegistrysKeyIsAColumnOfItsOwnType() {
    GenericRecord row =
        row(
            encoder(false, Place.COLUMN, Place.NONE)
                .encode(record(key(7), message(299, "Gerhard"))));
    assertThat(row)
        .hasToString(
            "{\"id\": 299, \"name\": \"Gerhard\", \"__offset\": 17, \"__kafka_timestamp\": 99,"
                + " \"__key\": {\"id\": 7}}");
    assertThat(row.getSchema().getField("__key").schema().getTypes().get(1).getFullName())
        .isEqualTo("moma.artists.Key");
  }

  @Test
  void aKeysIdMayStandInTheHeaders() {
    for (String name : List.of("apicurio.key.contentId", "apicurio.key.globalId")) {
      Headers headers = new ConnectHeaders();
      headers.addBytes(name, id(name.endsWith("contentId") ? 6 : 9));
      GenericRecord row =
          row(
              encoder(false, Place.COLUMN, Place.NONE)
                  .encode(record(BYTES, keyBody(8), message(1, "x"), headers)));
      assertThat(row.get("__key")).as(name).hasToString("{\"id\": 8}");
    }
  }

  @Test
  void aDecodedKeyIsTheSameColumn() {
    Struct key =
        new Struct(
                SchemaBuilder.struct()
                    .name("moma.artists.Key")
                    .field("id", org.apache.kafka.connect.data.Schema.INT32_SCHEMA)
                    .build())
            .put("id", 7);
    GenericRecord row =
        row(
            encoder(false, Place.COLUMN, Place.NONE)
                .encode(record(key.schema(), key, message(1, "x"), new ConnectHeaders())));
    assertThat(row.get("__key")).hasToString("{\"id\": 7}");
    assertThat(row.getSchema().getField("__key").schema().getTypes().get(1).getFullName())
        .isEqualTo("moma.artists.Key");
  }

  @Test
  void textBytesAndWhatHasNoSchemaAreNullableColumns() {
    RowEncoder encoder = encoder(false, Place.COLUMN, Place.NONE);
    Headers none = new ConnectHeaders();
    assertThat(value(row(encoder.encode(record(TEXT, "k", message(1, "x"), none))), "__key"))
        .hasToString("k");
    assertThat(value(row(encoder.encode(record(NO_SCHEMA, 12L, message(1, "x"), none))), "__key"))
        .hasToString("12");
    assertThat(
            value(
                row(encoder.encode(record(NO_SCHEMA, Map.of("a", 1), message(1, "x"), none))),
                "__key"))
        .hasToString("{\"a\":1}");
    RowEncoder withoutRegistry =
        new RowEncoder(
            new ConnectDataEncoder(),
            Optional.empty(),
            Place.COLUMN,
            new KeyEncoder(Optional.empty(), IdFormat.CONTENT_ID_4, true),
            Place.NONE);
    Struct value =
        new Struct(
            SchemaBuilder.struct()
                .field("a", org.apache.kafka.connect.data.Schema.OPTIONAL_INT32_SCHEMA));
    assertThat(
            value(
                row(withoutRegistry.encode(record(BYTES, new byte[] {1, 2}, value, none))),
                "__key"))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
  }

  @Test
  void aMissingKeyIsNullAndHasTheTypeOfTheFormerOne() {
    RowEncoder encoder = encoder(false, Place.COLUMN, Place.NONE);
    EncodedRecord first = encoder.encode(record(null, message(1, "x")));
    assertThat(row(first).get("__key")).isNull();
    LandedSchema ofKeys = encoder.encode(record(key(1), message(1, "x"))).schema();
    EncodedRecord missing = encoder.encode(record(null, message(1, "x")));
    assertThat(row(missing).get("__key")).isNull();
    assertThat(missing.schema()).isSameAs(ofKeys);
    assertThat(first.schema().id()).isNotEqualTo(ofKeys.id());
  }

  @Test
  void anotherKeySchemaIsAnotherFile() {
    registry.content(66, SchemaBuilder66.KEY);
    RowEncoder encoder = encoder(false, Place.COLUMN, Place.NONE);
    LandedSchema first = encoder.encode(record(key(1), message(1, "x"))).schema();
    assertThat(encoder.encode(record(key(2), message(2, "y"))).schema()).isSameAs(first);
    byte[] other = AvroMessages.framed(66, AvroMessages.body(SchemaBuilder66.KEY, 5L));
    assertThat(encoder.encode(record(other, message(3, "z"))).schema().id())
        .isNotEqualTo(first.id())
        .hasToString(first.id().toString());
  }

  private static final class SchemaBuilder66 {
    static final Schema KEY = Schema.create(Schema.Type.LONG);
  }

  @Test
  void headersKeepTheirOrderRepetitionsAndBytes() {
    Headers headers = new ConnectHeaders();
    headers.addBytes("trace", new byte[] {0, (byte) 0xff});
    headers.addString("text", "ä");
    headers.addInt("number", 42);
    headers.addString("text", "again");
    headers.add("none", null, null);
    GenericRecord row =
        row(
            encoder(false, Place.NONE, Place.COLUMN)
                .encode(record(BYTES, null, message(1, "x"), headers)));
    List<?> landed = (List<?>) row.get("__headers");
    assertThat(landed)
        .extracting(header -> ((GenericRecord) header).get("key").toString())
        .containsExactly("trace", "text", "number", "text", "none");
    assertThat(landed)
        .extracting(header -> ((GenericRecord) header).get("value"))
        .containsExactly(
            ByteBuffer.wrap(new byte[] {0, (byte) 0xff}),
            utf8("ä"),
            utf8("42"),
            utf8("again"),
            null);
    GenericRecord without =
        row(encoder(false, Place.NONE, Place.COLUMN).encode(record(null, message(1, "x"))));
    assertThat((List<?>) without.get("__headers")).isEmpty();
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void filesBesideTheDataHaveOneRowForEach() {
    Headers headers = new ConnectHeaders();
    headers.addString("a", "b");
    EncodedRecord encoded =
        encoder(false, Place.FILE, Place.FILE)
            .encode(record(BYTES, key(7), message(1, "x"), headers));
    assertThat(row(encoded))
        .hasToString("{\"id\": 1, \"name\": \"x\", \"__offset\": 17, \"__kafka_timestamp\": 99}");
    assertThat(encoded.beside())
        .extracting("kind")
        .containsExactly(FileKind.KEYS, FileKind.HEADERS);
    assertThat(row(encoded.beside().get(0).row()))
        .hasToString("{\"__key\": {\"id\": 7}, \"__offset\": 17, \"__kafka_timestamp\": 99}");
    assertThat(((List<?>) row(encoded.beside().get(1).row()).get("__headers"))).hasSize(1);
  }

  @Test
  void aTombstoneIsARowOfTheSchemaThatValuesHave() {
    RowEncoder encoder = encoder(true, Place.COLUMN, Place.NONE);
    EncodedRecord value = encoder.encode(record(key(7), message(1, "x")));
    assertThat(row(value))
        .hasToString(
            "{\"id\": 1, \"name\": \"x\", \"__offset\": 17, \"__kafka_timestamp\": 99,"
                + " \"__key\": {\"id\": 7}}");
    LandedSchema schema = value.schema();
    EncodedRecord tombstone = encoder.encode(record(key(7), null));
    assertThat(tombstone.schema()).isSameAs(schema);
    assertThat(row(tombstone))
        .hasToString(
            "{\"id\": null, \"name\": null, \"__offset\": 17, \"__kafka_timestamp\": 99,"
                + " \"__key\": {\"id\": 7}}");
  }

  @Test
  void aTombstoneBeforeAnyValueHasAStableSchema() {
    EncodedRecord tombstone = encoder(true, Place.COLUMN, Place.NONE).encode(record(key(7), null));
    assertThat(row(tombstone))
        .hasToString("{\"__offset\": 17, \"__kafka_timestamp\": 99, \"__key\": {\"id\": 7}}");
    assertThat(tombstone.schema().written().getFullName()).isEqualTo("io.freshet.landed.Tombstone");
  }

  @Test
  void partitionsDoNotShareWhatWasSeenLast() {
    RowEncoder encoder = encoder(true, Place.COLUMN, Place.NONE);
    encoder.encode(record(key(7), message(1, "x")));
    SinkRecord elsewhere =
        new SinkRecord("moma", 4, BYTES, key(8), null, null, 0, 1L, TimestampType.CREATE_TIME);
    assertThat(encoder.encode(elsewhere).schema().written().getName()).isEqualTo("Tombstone");
    assertThat(encoder.encode(record(key(7), null)).schema().written().getName())
        .isEqualTo("Value");
  }

  @Test
  void aDefaultsBranchStaysFirstAndUnionsKeepTheirNumbers() {
    Schema value =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "V", "fields": [
                  {"name": "a", "type": "int", "default": 5},
                  {"name": "b", "type": ["string", "long"], "default": "x"},
                  {"name": "c", "type": ["string", "null"], "default": "y"},
                  {"name": "d", "type": "null"},
                  {"name": "e", "type": "string"}]}
                """);
    registry.content(50, value);
    GenericRecord datum = new GenericData.Record(value);
    datum.put("a", 1);
    datum.put("b", 2L);
    datum.put("c", null);
    datum.put("e", "z");
    RowEncoder encoder = encoder(true, Place.COLUMN, Place.NONE);
    byte[] message = AvroMessages.framed(50, AvroMessages.body(value, datum));
    EncodedRecord encoded = encoder.encode(record(key(7), message));
    assertThat(row(encoded).toString())
        .startsWith("{\"a\": 1, \"b\": 2, \"c\": null, \"d\": null, \"e\": \"z\", ");
    Schema written = encoded.schema().written();
    assertThat(written.getField("a").schema()).hasToString("[\"int\",\"null\"]");
    assertThat(written.getField("a").defaultVal()).isEqualTo(5);
    assertThat(written.getField("b").schema()).hasToString("[\"string\",\"long\",\"null\"]");
    assertThat(written.getField("b").defaultVal()).isEqualTo("x");
    assertThat(written.getField("c").schema()).hasToString("[\"string\",\"null\"]");
    assertThat(written.getField("d").schema()).hasToString("\"null\"");
    assertThat(written.getField("e").schema()).hasToString("[\"null\",\"string\"]");
    assertThat(row(encoder.encode(record(key(7), null))).toString())
        .startsWith("{\"a\": null, \"b\": null, \"c\": null, \"d\": null, \"e\": null, ");
  }

  @Test
  void aValueThatIsNoRecordIsNullableToo() {
    registry.content(51, Schema.create(Schema.Type.STRING));
    RowEncoder encoder = encoder(true, Place.COLUMN, Place.NONE);
    byte[] message = AvroMessages.framed(51, new byte[] {2, 'A'});
    assertThat(row(encoder.encode(record(key(1), message))).get("value")).hasToString("A");
    assertThat(row(encoder.encode(record(key(1), null))).get("value")).isNull();
  }

  @Test
  void decodedValuesShareTheirSchemaWithTombstones() {
    Struct value =
        new Struct(
                SchemaBuilder.struct()
                    .name("V")
                    .field("a", org.apache.kafka.connect.data.Schema.INT32_SCHEMA)
                    .field("b", org.apache.kafka.connect.data.Schema.OPTIONAL_STRING_SCHEMA)
                    .build())
            .put("a", 1);
    RowEncoder encoder = encoder(true, Place.COLUMN, Place.NONE);
    SinkRecord record =
        new SinkRecord(
            "moma", 3, TEXT, "k", value.schema(), value, 17, 1L, TimestampType.CREATE_TIME);
    EncodedRecord encoded = encoder.encode(record);
    assertThat(row(encoded).toString()).startsWith("{\"a\": 1, \"b\": null, ");
    EncodedRecord tombstone = encoder.encode(record(TEXT, "k", null, new ConnectHeaders()));
    assertThat(tombstone.schema()).isSameAs(encoded.schema());
    assertThat(row(tombstone).toString()).startsWith("{\"a\": null, \"b\": null, ");
  }

  @Test
  void aBadKeyIsABadRecord() {
    RowEncoder encoder = encoder(false, Place.COLUMN, Place.NONE);
    byte[] whole = key(7);
    assertBad(encoder, record(new byte[] {0, 0}, message(1, "x")), "the key has 2 bytes");
    assertBad(encoder, record(new byte[] {1, 0, 0, 0, 6, 14}, message(1, "x")), "the key begins");
    assertBad(
        encoder,
        record(AvroMessages.framed(404, keyBody(1)), message(1, "x")),
        "the key: the registry at " + registry.url() + " has no schema with content id 404");
    assertBad(
        encoder,
        record(Arrays.copyOf(whole, whole.length - 1), message(1, "x")),
        "the key: the Avro body is truncated");
    assertBad(
        encoder,
        record(TEXT, 5, message(1, "x"), new ConnectHeaders()),
        "the key has no Avro form");
    Headers shortId = new ConnectHeaders();
    shortId.addBytes("apicurio.key.contentId", new byte[] {1});
    assertBad(encoder, record(BYTES, keyBody(1), message(1, "x"), shortId), "1 bytes, not 8");
    assertThat(row(encoder.encode(record(key(7), message(1, "x")))).get("__key"))
        .as("a bad record spoils none after it")
        .hasToString("{\"id\": 7}");
  }

  @Test
  void aBadValueIsABadRecordWhereFieldsAreMadeNullable() {
    byte[] whole = message(1, "x");
    assertBad(
        encoder(true, Place.COLUMN, Place.NONE),
        record(key(7), Arrays.copyOf(whole, whole.length - 1)),
        "the Avro body is truncated");
    SchemaRegistry schemas = new SchemaRegistry(registry.url());
    RowEncoder unchecked =
        new RowEncoder(
            new PassThroughEncoder(schemas, IdFormat.CONTENT_ID_4, false),
            Optional.of(RowEncoder.none()),
            Place.COLUMN,
            new KeyEncoder(Optional.of(schemas), IdFormat.CONTENT_ID_4, false),
            Place.NONE);
    assertBad(
        unchecked,
        record(key(7), Arrays.copyOf(whole, whole.length - 1)),
        "the Avro body is truncated at its byte " + (whole.length - 1));
    assertBad(
        unchecked, record(key(7), Arrays.copyOf(whole, whole.length + 1)), "1 bytes are left over");
  }

  @Test
  void aFieldWithAColumnsNameIsABadRecord() {
    registry.content(
        52,
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"T\",\"fields\":"
                    + "[{\"name\":\"__key\",\"type\":\"int\"}]}"));
    assertBad(
        encoder(false, Place.COLUMN, Place.NONE),
        record(key(1), AvroMessages.framed(52, new byte[] {2})),
        "schema T (content id 52) already has a field '__key'");
  }

  private static void assertBad(RowEncoder encoder, SinkRecord record, String reason) {
    assertThatThrownBy(() -> encoder.encode(record))
        .isInstanceOf(BadRecordException.class)
        .hasMessageStartingWith("moma-3, offset 17: ")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyMessageWithAnyKeyIsWhatDecodingAndEncodingItAgainMakes(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      Schema valueSchema = RandomSchemas.record(random);
      Schema keySchema = RandomSchemas.record(random);
      int id = 1_000 + 2 * i;
      registry.content(id, valueSchema).content(id + 1, keySchema);
      RowEncoder encoder = encoder(random.nextBoolean(), Place.COLUMN, Place.COLUMN);
      for (int n = 0; n < 5; n++) {
        Object value = BodySkipperTest.random(valueSchema, random, 0);
        Object key = BodySkipperTest.random(keySchema, random, 0);
        Headers headers = new ConnectHeaders();
        headers.addBytes("h", new byte[random.nextInt(3)]);
        EncodedRecord encoded =
            encoder.encode(
                record(
                    BYTES,
                    AvroMessages.framed(id + 1, AvroMessages.body(keySchema, key)),
                    AvroMessages.framed(id, AvroMessages.body(valueSchema, value)),
                    headers));
        String what = "seed %d, value %s, key %s".formatted(seed, valueSchema, keySchema);
        GenericRecord row = row(encoded);
        for (Schema.Field field : valueSchema.getFields()) {
          assertThat(GenericData.get().toString(row.get(field.name())))
              .as("field %s of %s", field.name(), what)
              .isEqualTo(GenericData.get().toString(((GenericRecord) value).get(field.name())));
        }
        assertThat(GenericData.get().toString(row.get("__key")))
            .as(what)
            .isEqualTo(GenericData.get().toString(key));
        assertThat(bytes(encoded)).as(what).isEqualTo(AvroMessages.body(row.getSchema(), row));
      }
    }
  }

  private static byte[] id(long id) {
    return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
  }
}
