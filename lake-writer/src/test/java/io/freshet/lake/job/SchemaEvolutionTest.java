package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables whose source's columns change while they are written. */
class SchemaEvolutionTest extends JobFixture {

  /** An artist's schema with further columns, given as Avro types by their names. */
  private static Schema schema(String... namesAndTypes) {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.append(
          "{\"name\":\"%s\",\"type\":[\"null\",%s]},"
              .formatted(namesAndTypes[i], namesAndTypes[i + 1]));
    }
    return new Schema.Parser()
        .parse(TestLog.ARTIST.toString().replace("\"fields\":[", "\"fields\":[" + fields));
  }

  private static String decimal(int precision, int scale) {
    return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%d,\"scale\":%d,\"connect.name\":\"org.apache.kafka.connect.data.Decimal\",\"connect.parameters\":{\"scale\":\"%d\",\"connect.decimal.precision\":\"%d\"}}"
        .formatted(precision, scale, scale, precision);
  }

  private static ByteBuffer number(String value) {
    return ByteBuffer.wrap(new BigDecimal(value).unscaledValue().toByteArray());
  }

  private void change(Schema schema, String op, int id, Object... namesAndValues) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    log.change(schema, op, id, "A", "French", 1900, null, values);
  }

  private Dataset<Row> read(TableConfig table) {
    return spark.read().format("hudi").load(location(table));
  }

  private static List<String> lines(Dataset<Row> rows, String... columns) {
    return rows.orderBy("artist_id").selectExpr(columns).collectAsList().stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void columnsComeWidenAndGoWithoutARestart(TableType type) throws Exception {
    TableConfig[] tables = {
      table("flat", type, List.of(), DeleteMode.SOFT),
      table("parts", type, List.of("nationality"), DeleteMode.SOFT)
    };
    String[] first = {"artist_id", "n", "f", "price", "size", "old"};
    String[] second = {"artist_id", "n", "f", "price", "size", "old", "fresh"};
    Schema before =
        schema(
            "n",
            "\"int\"",
            "f",
            "\"float\"",
            "price",
            decimal(9, 2),
            "size",
            decimal(9, 2),
            "old",
            "\"string\"");
    Schema after =
        schema(
            "n",
            "\"long\"",
            "f",
            "\"double\"",
            "price",
            decimal(20, 2),
            "size",
            decimal(12, 4),
            "fresh",
            "\"string\"");
    for (int id = 1; id <= 2; id++) {
      change(
          before,
          "r",
          id,
          "n",
          id,
          "f",
          0.5f,
          "price",
          number("1.25"),
          "size",
          number("2.50"),
          "old",
          "o" + id);
    }
    log.land();
    // All of it in one run, which ends by itself when everything is committed.
    change(
        after,
        "u",
        1,
        "n",
        1L << 40,
        "f",
        0.1,
        "price",
        number("123456789012345.25"),
        "size",
        number("2.1234"),
        "fresh",
        "x");
    change(
        after,
        "c",
        3,
        "n",
        3L,
        "f",
        0.1,
        "price",
        number("1.00"),
        "size",
        number("12345678.1234"),
        "fresh",
        "y");
    log.land();
    ingest(tables);
    change(
        before,
        "u",
        2,
        "n",
        22,
        "f",
        0.5f,
        "price",
        number("9.75"),
        "size",
        number("2.50"),
        "old",
        "again");
    log.land();
    ingest(tables);
    for (TableConfig table : tables) {
      assertThat(lines(read(table), second))
          .as(table.name())
          .containsExactly(
              "1|1099511627776|0.1|123456789012345.25|2.1234|null|x",
              "2|22|0.5|9.75|2.5000|again|null",
              "3|3|0.1|1.00|12345678.1234|null|y");
      assertThat(read(table).schema().apply("n").dataType().simpleString()).isEqualTo("bigint");
    }

    TableConfig later = table("later", type, List.of(), DeleteMode.SOFT);
    log = new TestLog(folder.resolve("topics"), "moma.public.later");
    TableConfig other = new TableConfig("moma.public.later", "moma", "later", later.settings());
    for (int id = 1; id <= 2; id++) {
      change(
          before,
          "r",
          id,
          "n",
          id,
          "f",
          0.5f,
          "price",
          number("1.25"),
          "size",
          number("2.50"),
          "old",
          "o");
    }
    log.land();
    ingest(other);
    change(
        after,
        "u",
        1,
        "n",
        7L,
        "f",
        0.1,
        "price",
        number("8.00"),
        "size",
        number("9.1234"),
        "fresh",
        "z");
    log.land();
    ingest(other);
    assertThat(lines(read(other), second))
        .as("a stored row beside a new one")
        .containsExactly("1|7|0.1|8.00|9.1234|null|z", "2|2|0.5|1.25|2.5000|o|null");
    assertThat(
            lines(
                spark
                    .read()
                    .format("hudi")
                    .option("as.of.instant", instants(other).get(0))
                    .load(location(other)),
                first))
        .as("as of the instant before")
        .containsExactly("1|1|0.5|1.25|2.50|o", "2|2|0.5|1.25|2.50|o");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void aTypeThatDoesNotFitStopsItsTableUntilItIsAccepted(TableType type) throws Exception {
    TableConfig table = table("t", type, List.of(), DeleteMode.SOFT);
    Schema number = schema("n", "\"int\"");
    Schema text = schema("n", "\"string\"");
    change(number, "r", 1, "n", 1);
    change(number, "r", 2, "n", 2);
    log.land();
    ingest(table);
    change(number, "u", 2, "n", 20);
    log.land();
    change(text, "u", 1, "n", "one");
    log.land();
    assertThatThrownBy(() -> ingest(table))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("column n is INT in the lake, but now arrives as STRING")
        .hasMessageContaining("--accept-schema moma.t");
    IngestJob job = new IngestJob(config(table), spark, Clock.systemUTC(), true);
    assertThatThrownBy(() -> job.acceptSchema("moma.other"))
        .hasMessageContaining("moma.other")
        .hasMessageContaining("[moma.t]");
    job.acceptSchema("moma.t");
    job.run();
    assertThat(lines(read(table), "artist_id", "n", "n__string"))
        .containsExactly("1|null|one", "2|20|null");
    change(text, "u", 2, "n", "two");
    log.land();
    change(number, "c", 3, "n", 3);
    log.land();
    ingest(table);
    assertThat(lines(read(table), "artist_id", "n", "n__string"))
        .containsExactly("1|null|one", "2|null|two", "3|3|null");
    assertThat(
            lines(
                spark
                    .read()
                    .format("hudi")
                    .option("as.of.instant", instants(table).get(0))
                    .load(location(table)),
                "artist_id",
                "n"))
        .containsExactly("1|1", "2|2");
    change(schema("n", "\"double\""), "u", 3, "n", 0.5);
    log.land();
    assertThatThrownBy(() -> ingest(table)).hasMessageContaining("n__double");
  }
}
