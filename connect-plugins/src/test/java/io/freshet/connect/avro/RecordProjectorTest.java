package io.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.avro.LandedSchema.Column;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that become records of another version. */
class RecordProjectorTest {
  private static final Schema OLD =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Value", "namespace": "moma", "fields": [
                {"name": "price", "type": {"type": "bytes", "logicalType": "decimal",
                  "precision": 9, "scale": 2}},
                {"name": "gone", "type": "string"},
                {"name": "tags", "type": {"type": "array", "items": "int"}}]}
              """);
  private static final Schema NEW =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Value", "namespace": "moma", "fields": [
                {"name": "tags", "type": {"type": "array", "items": "long"}},
                {"name": "added", "type": ["null", "string"], "default": null},
                {"name": "price", "type": {"type": "bytes", "logicalType": "decimal",
                  "precision": 9, "scale": 2}}]}
              """);
  private static final SinkRecord RECORD =
      new SinkRecord("moma.t", 3, null, null, null, new byte[0], 42);

  private final RecordProjector projector = new RecordProjector();

  private static SchemaId id(long id, int variant) {
    return new SchemaId(SchemaId.Kind.CONTENT, id, variant);
  }

  private static List<Column> key(Schema.Type type) {
    return List.of(new Column("__key", Schema.create(type)));
  }

  private static EncodedRecord old(LandedSchema schema, byte... key) {
    GenericRecord value =
        new GenericRecordBuilder(OLD)
            .set("price", ByteBuffer.wrap(new byte[] {4, (byte) 0xB0}))
            .set("gone", "x")
            .set("tags", List.of(1, 2))
            .build();
    byte[] body = AvroMessages.framed(1, AvroMessages.body(OLD, value));
    return new EncodedRecord(schema, body, 5, body.length - 5, key, key.length, List.of());
  }

  private static GenericRecord row(EncodedRecord record) throws Exception {
    byte[] row = new byte[record.maxRowBytes()];
    int length = record.putRow(row, 0, 42, 1_000);
    return new GenericDatumReader<GenericRecord>(record.schema().written())
        .read(null, DecoderFactory.get().binaryDecoder(row, 0, length, null));
  }

  @Test
  void numbersInArraysKeepAllTheirDigits() {
    String type =
        """
        {"type": "record", "name": "V", "fields": [
          {"name": "a", "type": {"type": "array", "items": "double"}}%s]}
        """;
    Schema from = new Schema.Parser().parse(type.formatted(""));
    Schema to =
        new Schema.Parser()
            .parse(type.formatted(", {\"name\": \"b\", \"type\": \"int\", \"default\": 1}"));
    byte[] body =
        AvroMessages.body(
            from, new GenericRecordBuilder(from).set("a", List.of(0.1, Math.PI)).build());
    EncodedRecord projected =
        projector.project(
            RECORD,
            new EncodedRecord(LandedSchema.of(id(1, 0), from), body, 0, body.length),
            LandedSchema.of(id(2, 0), to));
    byte[] expected =
        AvroMessages.body(to, new GenericRecordBuilder(to).set("a", List.of(0.1, Math.PI)).build());
    assertThat(Arrays.copyOf(projected.bytes(), projected.length())).isEqualTo(expected);
  }

  @Test
  void theValueIsProjectedAndTheColumnsStay() throws Exception {
    LandedSchema from = LandedSchema.of(id(1, 1), OLD, key(Schema.Type.BOOLEAN));
    LandedSchema to = LandedSchema.of(id(2, 2), NEW, key(Schema.Type.BOOLEAN));
    EncodedRecord known = new EncodedRecord(to, new byte[0], 0, 0);
    assertThat(projector.asKnown(known)).isSameAs(known);
    for (int i = 0; i < 2; i++) {
      EncodedRecord projected = projector.project(RECORD, old(from, (byte) 1), to);
      assertThat(projected.schema()).isSameAs(to);
      GenericRecord row = row(projected);
      assertThat(row.get("tags")).isEqualTo(List.of(1L, 2L));
      assertThat(row.get("added")).isNull();
      assertThat(row.get("price")).isEqualTo(ByteBuffer.wrap(new byte[] {4, (byte) 0xB0}));
      assertThat(row.get("__offset")).isEqualTo(42L);
      assertThat(row.get("__key")).isEqualTo(true);
    }
    assertThat(LogicalTypes.fromSchema(to.written().getField("price").schema()))
        .isInstanceOf(LogicalTypes.Decimal.class);
  }

  @Test
  void otherColumnsMakeAnotherSchemaOfTheSameMessages() throws Exception {
    LandedSchema from = LandedSchema.of(id(1, 1), OLD, key(Schema.Type.INT));
    LandedSchema to = LandedSchema.of(id(2, 2), NEW, key(Schema.Type.BOOLEAN));
    EncodedRecord projected = projector.project(RECORD, old(from, (byte) 14), to);
    assertThat(row(projected).get("__key")).isEqualTo(7);
    assertThat(projected.schema().message()).isEqualTo(NEW);
    assertThat(projected.schema().id()).isNotEqualTo(to.id()).isNotEqualTo(from.id());
    assertThat(projected.schema().id().id()).isEqualTo(2);
    assertThat(projector.project(RECORD, old(from, (byte) 14), to).schema())
        .as("one file for all of them")
        .isSameAs(projected.schema());
    LandedSchema later = LandedSchema.of(id(2, 3), NEW, key(Schema.Type.INT));
    assertThat(projector.asKnown(new EncodedRecord(later, new byte[0], 0, 0)).schema())
        .as("and for those that come as such")
        .isSameAs(projected.schema());
  }

  @Test
  void filesBesideThatDifferAreOfAnotherFileToo() {
    LandedSchema from = LandedSchema.of(id(1, 1), OLD);
    LandedSchema to = LandedSchema.of(id(2, 2), NEW);
    projector.asKnown(beside(new EncodedRecord(to, new byte[0], 0, 0), Schema.Type.BOOLEAN));
    EncodedRecord same = projector.project(RECORD, beside(old(from), Schema.Type.BOOLEAN), to);
    assertThat(same.schema()).isSameAs(to);
    LandedSchema otherKey = LandedSchema.of(id(1, 3), OLD);
    EncodedRecord other = projector.project(RECORD, beside(old(otherKey), Schema.Type.INT), to);
    assertThat(other.schema().id()).isNotEqualTo(to.id());
    assertThat(other.beside()).hasSize(1);
  }

  private static EncodedRecord beside(EncodedRecord record, Schema.Type key) {
    LandedSchema keys = LandedSchema.of(id(-1, 0), Schema.create(key));
    return new EncodedRecord(
        record.schema(),
        record.bytes(),
        record.start(),
        record.length(),
        record.extra(),
        record.extraLength(),
        List.of(
            new EncodedRecord.Beside(FileKind.KEYS, new EncodedRecord(keys, new byte[1], 0, 1))));
  }

  @Test
  void aBrokenBodyIsABadRecord() {
    LandedSchema from = LandedSchema.of(id(1, 0), OLD);
    EncodedRecord cut = new EncodedRecord(from, old(from).bytes(), 5, 2);
    assertThatThrownBy(() -> projector.project(RECORD, cut, LandedSchema.of(id(2, 0), NEW)))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining("moma.t-3, offset 42");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'int'|'long'|true",
        "'long'|'int'|false",
        "'float'|'double'|true",
        "'long'|'double'|false",
        "['null','int']|['null','long']|true",
        "'int'|['null','int']|true",
        "['null','int']|'int'|false",
        "{'type':'map','values':'int'}|{'type':'map','values':'long'}|true",
        "{'type':'enum','name':'E','symbols':['A']}|{'type':'enum','name':'E','symbols':['A','B']}|true",
        "{'type':'enum','name':'E','symbols':['A','B']}|{'type':'enum','name':'E','symbols':['A'],'default':'A'}|false",
        "{'type':'record','name':'I','fields':[{'name':'a','type':'int'},{'name':'b','type':'int'}]}"
            + "|{'type':'record','name':'I','fields':[{'name':'a','type':'int'}]}|false",
        "{'type':'record','name':'I','fields':[{'name':'n','type':['null','I']}]}"
            + "|{'type':'record','name':'I','fields':[{'name':'n','type':['null','I']}]}|true"
      },
      quoteCharacter = '~')
  void knowsWhatLosesNothing(String from, String to, boolean lossless) {
    assertThat(projector.isLossless(landed(1, from), landed(2, to))).isEqualTo(lossless);
  }

  private static LandedSchema landed(long id, String field) {
    return LandedSchema.of(
        id(id, 0),
        new Schema.Parser()
            .parse(
                "{'type':'record','name':'V','fields':[{'name':'f','type':%s}]}"
                    .formatted(field)
                    .replace('\'', '"')));
  }

  @Test
  void messagesThatAreNoRecordsAreProjectedToo() throws Exception {
    LandedSchema from = LandedSchema.of(id(1, 0), Schema.create(Schema.Type.INT));
    LandedSchema to = LandedSchema.of(id(2, 0), Schema.create(Schema.Type.LONG));
    byte[] seven = {14};
    assertThat(
            row(projector.project(RECORD, new EncodedRecord(from, seven, 0, 1), to)).get("value"))
        .isEqualTo(7L);
    assertThat(projector.isLossless(from, to)).isTrue();
  }
}
