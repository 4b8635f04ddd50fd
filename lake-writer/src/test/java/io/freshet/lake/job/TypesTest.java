package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.PostgresText;
import io.freshet.lake.change.RecordedColumn;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.WithoutKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type through a real Hudi table: written, merged and read back. */
class TypesTest extends JobFixture {
  private static final List<RecordedColumn> COLUMNS = oneOfEachType();
  private static final Schema MESSAGE = message();

  /** One column of each of the lake's types; a hundred more would only take their time. */
  private static List<RecordedColumn> oneOfEachType() {
    Map<String, RecordedColumn> byType = new LinkedHashMap<>();
    RecordedColumn.all().forEach(column -> byType.putIfAbsent(column.type(), column));
    return List.copyOf(byType.values());
  }

  private static Schema message() {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Value").namespace("moma.public.types").fields();
    for (int i = 0; i < COLUMNS.size(); i++) {
      fields =
          fields
              .name("c" + i)
              .type(Schema.createUnion(Schema.create(Schema.Type.NULL), COLUMNS.get(i).schema()))
              .noDefault();
    }
    return TestLog.artist(fields);
  }

  private void land(String op, int id, int value) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      List<Object> messages = COLUMNS.get(i).value(value).messages();
      values.put("c" + i, messages.get(op.equals("r") ? 0 : messages.size() - 1));
    }
    log.change(MESSAGE, op, id, "A", null, null, null, values);
  }

  private List<String> row(TableConfig table, int id) {
    var rows = spark.read().format("hudi").load(location(table)).filter("artist_id = " + id);
    // What a query answers is compared as Spark holds it, for java.sql's types have other
    // calendars.
    StructType schema = rows.schema();
    return rows.queryExecution().toRdd().toJavaRDD().map(InternalRow::copy).collect().stream()
        .flatMap(row -> texts(schema, row).stream())
        .toList();
  }

  private static List<String> texts(StructType schema, InternalRow row) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      int index = schema.fieldIndex("c" + i);
      DataType type = schema.apply(index).dataType();
      Object value = row.isNullAt(index) ? null : row.get(index, type);
      texts.add(COLUMNS.get(i) + " " + PostgresText.of(value, type, COLUMNS.get(i).zoned()));
    }
    return texts;
  }

  private static List<String> expected(int value) {
    return COLUMNS.stream().map(column -> column + " " + column.value(value).lake()).toList();
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void everyTypeIsWrittenMergedAndReadBack(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    land("r", 1, 0);
    land("r", 2, 1);
    log.change(MESSAGE, "r", 3, "nothing", null, null, null, Map.of());
    log.land();
    ingest(table);
    assertThat(row(table, 1)).isEqualTo(expected(0));
    assertThat(row(table, 2)).isEqualTo(expected(1));
    land("u", 1, 1);
    land("u", 3, 0);
    log.land();
    ingest(table);
    assertThat(row(table, 1)).isEqualTo(expected(1));
    assertThat(row(table, 2)).isEqualTo(expected(1));
    assertThat(row(table, 3)).isEqualTo(expected(0));
    // Any reader's way to the values, dates before 1582 and the ends of time included.
    assertThat(spark.read().format("hudi").load(location(table)).collectAsList()).hasSize(3);
  }

  @Test
  void aNumericThatDoesNotFitStopsItsTableAloneAndLosesNothing() throws Exception {
    Schema price =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"VariableScaleDecimal\",\"namespace\":\"io.debezium.data\",\"fields\":[{\"name\":\"scale\",\"type\":\"int\"},{\"name\":\"value\",\"type\":\"bytes\"}],\"connect.name\":\"io.debezium.data.VariableScaleDecimal\"}");
    Schema schema =
        TestLog.artist(
            SchemaBuilder.record("Value").fields().name("price").type(price).noDefault());
    TableConfig decimal = table("decimal", BareNumeric.DECIMAL);
    TableConfig text = table("text", BareNumeric.STRING);
    for (int scale : new int[] {2, 20}) {
      GenericRecord value = new GenericData.Record(price);
      value.put("scale", scale);
      value.put("value", ByteBuffer.wrap(new byte[] {7}));
      log.change(schema, "c", scale, "A", null, null, null, Map.of("price", value));
    }
    log.land();
    assertThatThrownBy(() -> ingest(decimal, text))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("moma.decimal was not written")
        .hasMessageContaining("moma.public.artists-0, offset 1")
        .hasMessageContaining("column price is 0.00000000000000000007")
        .hasMessageContaining("bare-numeric: string");
    assertThat(prices(text)).containsExactly("0.07", "0.00000000000000000007");
    TableConfig mended = table("decimal", BareNumeric.STRING);
    ingest(mended);
    assertThat(prices(mended)).containsExactly("0.07", "0.00000000000000000007");
  }

  /** A table without room in its quarantine. */
  private static TableConfig table(String name, BareNumeric bareNumeric) {
    return new TableConfig(
        TOPIC,
        "moma",
        name,
        new TableSettings(
            TableType.MERGE_ON_READ,
            List.of(),
            DeleteMode.SOFT,
            WithoutKey.REFUSE,
            TableSettings.DEFAULTS.timeTravel(),
            0,
            bareNumeric,
            true,
            IndexConfig.DEFAULT));
  }

  private List<String> prices(TableConfig table) {
    return spark
        .read()
        .format("hudi")
        .load(location(table))
        .orderBy("artist_id")
        .select("price")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
