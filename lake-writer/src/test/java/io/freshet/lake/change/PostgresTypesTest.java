package io.freshet.lake.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.config.BareNumeric;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Debezium 3.7 and Apicurio's converter made of PostgreSQL 18's values, recorded from the real
 * parts beside what PostgreSQL printed ({@code types/recorded.json}; pgvector's from Debezium's
 * schemas alone), must be in the lake what TYPES.md says.
 */
class PostgresTypesTest {
  private static final String VARIABLE =
      "{\"type\":\"record\",\"name\":\"VariableScaleDecimal\",\"fields\":[{\"name\":\"scale\",\"type\":\"int\"},{\"name\":\"value\",\"type\":\"bytes\"}],\"connect.name\":\"io.debezium.data.VariableScaleDecimal\"}";

  static List<RecordedColumn> columns() {
    return RecordedColumn.all();
  }

  @ParameterizedTest
  @MethodSource("columns")
  void isInTheLakeWhatPostgresqlPrints(RecordedColumn column) {
    for (Schema type :
        List.of(
            column.schema(),
            Schema.createUnion(Schema.create(Schema.Type.NULL), column.schema()))) {
      for (boolean envelope : List.of(false, true)) {
        Schema landed = envelope ? envelope(type) : flat(type);
        StructType table =
            new ChangeSchema(landed, "t", any -> BareNumeric.DECIMAL).tableSchema(List.of("id"));
        assertThat(table.apply("v").dataType().simpleString()).isEqualTo(column.type());
        for (RecordedColumn.Value value : column.values()) {
          for (Object message : value.messages()) {
            assertThat(read(landed, table, envelope, message, column.zoned()))
                .isEqualTo(value.lake());
          }
        }
      }
    }
  }

  @Test
  void everyRowOfTheDocumentIsTested() throws IOException {
    Set<String> tested = new TreeSet<>();
    RecordedColumn.all().forEach(column -> tested.add(column.row()));
    Set<String> documented = new TreeSet<>();
    List<String> lines = Files.readAllLines(Path.of("TYPES.md"));
    for (String line : lines.subList(0, lines.indexOf("## Decimals"))) {
      if (line.startsWith("| ") && !line.startsWith("| PostgreSQL |")) {
        documented.add(line.split("\\|")[1].strip().replace("`", ""));
      }
    }
    assertThat(documented).isEqualTo(tested);
  }

  @Test
  void aNumericThatDoesNotFitNamesItsPlaceItsValueAndTheSetting() {
    Schema landed = flat(new Schema.Parser().parse(VARIABLE));
    StructType table =
        new ChangeSchema(landed, "t", any -> BareNumeric.DECIMAL).tableSchema(List.of("id"));
    for (String value : List.of("0.1234567890123456789", "123456789012345678901", "1E+30")) {
      assertThatThrownBy(() -> read(landed, table, false, variable(value), false))
          .isInstanceOf(BadValueException.class)
          .hasMessageContaining("column v is")
          .hasMessageContaining(new BigDecimal(value).toPlainString())
          .hasMessageContaining("decimal(38,18)")
          .hasMessageContaining("bare-numeric: string");
    }
    assertThat(read(landed, table, false, variable("-12345678901234567890.5"), false))
        .isEqualTo("-12345678901234567890.500000000000000000");
  }

  @Test
  void bareNumericsMayBeText() {
    for (String value : List.of("0.1234567890123456789", "1E+30", "-7", "1234567890.50")) {
      Schema landed = flat(new Schema.Parser().parse(VARIABLE));
      StructType table =
          new ChangeSchema(landed, "t", any -> BareNumeric.STRING).tableSchema(List.of("id"));
      assertThat(table.apply("v").dataType().simpleString()).isEqualTo("string");
      assertThat(read(landed, table, false, variable(value), false))
          .isEqualTo(new BigDecimal(value).toPlainString());
    }
  }

  private static GenericRecord variable(String value) {
    BigDecimal decimal = new BigDecimal(value);
    GenericRecord record = new GenericData.Record(new Schema.Parser().parse(VARIABLE));
    record.put("scale", decimal.scale());
    record.put("value", ByteBuffer.wrap(decimal.unscaledValue().toByteArray()));
    return record;
  }

  private static String read(
      Schema landed, StructType table, boolean envelope, Object value, boolean zoned) {
    GenericRecord message = new GenericData.Record(landed);
    GenericRecord row = message;
    if (envelope) {
      row = new GenericData.Record(landed.getField("after").schema());
      message.put("after", row);
      message.put("op", "c");
    } else {
      message.put("__op", "c");
      message.put("__deleted", "false");
    }
    row.put("id", 1);
    row.put("v", value);
    message.put("__offset", 42L);
    message.put("__kafka_timestamp", 1L);
    int index = table.fieldIndex("v");
    return PostgresText.of(
        new RowDecoder(landed, "moma.t", table, List.of("id"), 3, Unavailable.DEBEZIUM)
            .row(message)
            .get(index, table.apply(index).dataType()),
        table.apply(index).dataType(),
        zoned);
  }

  private static SchemaBuilder.FieldAssembler<Schema> row(Schema column) {
    return SchemaBuilder.record("Value")
        .fields()
        .requiredInt("id")
        .name("v")
        .type(column)
        .noDefault();
  }

  private static Schema flat(Schema column) {
    return row(column)
        .optionalString("__op")
        .optionalString("__deleted")
        .requiredLong("__offset")
        .requiredLong("__kafka_timestamp")
        .endRecord();
  }

  private static Schema envelope(Schema column) {
    Schema row = row(column).endRecord();
    return SchemaBuilder.record("Envelope")
        .fields()
        .name("before")
        .type(Schema.createUnion(Schema.create(Schema.Type.NULL), row))
        .noDefault()
        .name("after")
        .type(row)
        .noDefault()
        .name("source")
        .type(SchemaBuilder.record("Source").fields().endRecord())
        .noDefault()
        .requiredString("op")
        .requiredLong("__offset")
        .requiredLong("__kafka_timestamp")
        .endRecord();
  }
}
