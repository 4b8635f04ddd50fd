package io.freshet.lake.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.change.PostgresText;
import io.freshet.lake.change.RecordedColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What COPY reads from PostgreSQL must be what Debezium's messages make of the same values: the
 * rows of {@code types/recorded.json}, in a real server.
 */
class PostgresCopyTypesTest {
  private static final String DATABASE = "copy_types";

  /** pgvector is not among the server's extensions. */
  private static final Set<String> NOT_HERE = Set.of("halfvec(2)", "vector(2)", "sparsevec(5)");

  private static final List<RecordedColumn> COLUMNS =
      RecordedColumn.all().stream()
          .filter(column -> column.debezium().isEmpty() && !NOT_HERE.contains(column.postgres()))
          .toList();

  private static SparkSession spark;
  private static TestPostgres server;

  @BeforeAll
  static void start() throws Exception {
    server = TestPostgres.shared();
    server.create(DATABASE);
    server.execute(
        DATABASE,
        "CREATE EXTENSION citext",
        "CREATE EXTENSION hstore",
        "CREATE EXTENSION ltree",
        "CREATE EXTENSION isn",
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
        "CREATE DOMAIN posint AS integer CHECK (value > 0)",
        "CREATE DOMAIN posposint AS posint CHECK (value < 1000)",
        "CREATE DOMAIN money2 AS numeric(9,2)",
        "CREATE TYPE pair AS (a int, b text)");
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> read(String table, Map<String, String> more) {
    return spark
        .read()
        .format(PostgresCopy.NAME)
        .option("url", server.url(DATABASE))
        .option("user", TestPostgres.SUPERUSER)
        .option("password", "none")
        .option("dbtable", table)
        .options(more)
        .load();
  }

  /** Rows in PostgreSQL's words, by the order of their first column. */
  private static List<List<String>> texts(Dataset<Row> rows, List<Boolean> zoned) {
    StructType schema = rows.schema();
    return rows
        .orderBy(rows.columns()[0])
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .map(InternalRow::copy)
        .collect()
        .stream()
        .map(
            row -> {
              List<String> texts = new ArrayList<>();
              for (int i = 1; i < schema.length(); i++) {
                DataType type = schema.apply(i).dataType();
                texts.add(
                    PostgresText.of(
                        row.isNullAt(i) ? null : row.get(i, type), type, zoned.get(i - 1)));
              }
              return texts;
            })
        .toList();
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** As PostgreSQL printed it, which it reads too. */
  private static String postgres(RecordedColumn column, int number) {
    return column.value(number).printed();
  }

  private static void fill(String table, List<RecordedColumn> columns) {
    List<String> definitions = new ArrayList<>(List.of("id int PRIMARY KEY"));
    List<String> first = new ArrayList<>(List.of("1"));
    List<String> second = new ArrayList<>(List.of("2"));
    List<String> nothing = new ArrayList<>(List.of("3"));
    for (int i = 0; i < columns.size(); i++) {
      definitions.add("c" + i + " " + columns.get(i).postgres());
      first.add(text(postgres(columns.get(i), 0)));
      second.add(text(postgres(columns.get(i), 1)));
      nothing.add("NULL");
    }
    server.execute(
        DATABASE,
        "DROP TABLE IF EXISTS " + table,
        "CREATE TABLE %s (%s)".formatted(table, String.join(", ", definitions)),
        "INSERT INTO %s VALUES (%s), (%s), (%s)"
            .formatted(
                table,
                String.join(", ", first),
                String.join(", ", second),
                String.join(", ", nothing)));
  }

  private static void assertAsRecorded(List<RecordedColumn> columns, Map<String, String> options) {
    fill("recorded", columns);
    Dataset<Row> rows = read("public.recorded", options);
    List<String> types = new ArrayList<>();
    for (int i = 1; i < rows.schema().length(); i++) {
      types.add(columns.get(i - 1) + " " + rows.schema().apply(i).dataType().simpleString());
    }
    assertThat(types)
        .isEqualTo(columns.stream().map(column -> column + " " + column.type()).toList());
    List<List<String>> texts = texts(rows, columns.stream().map(RecordedColumn::zoned).toList());
    assertThat(texts).hasSize(3);
    for (int number = 0; number < 2; number++) {
      List<String> expected = new ArrayList<>();
      List<String> read = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        expected.add(columns.get(i) + " " + columns.get(i).value(number).lake());
        read.add(columns.get(i) + " " + texts.get(number).get(i));
      }
      assertThat(read).isEqualTo(expected);
    }
    assertThat(texts.get(2)).containsOnly("NULL");
  }

  @Test
  void everyTypeIsWhatDebeziumMakesOfIt() {
    assertThat(COLUMNS).hasSizeGreaterThan(90);
    assertAsRecorded(COLUMNS, Map.of("interval-handling-mode", "numeric"));
  }

  @Test
  void intervalsMayBeText() {
    List<RecordedColumn> intervals =
        RecordedColumn.all().stream()
            .filter(column -> column.debezium().equals("interval.handling.mode=string"))
            .toList();
    assertThat(intervals).isNotEmpty();
    assertAsRecorded(intervals, Map.of());
  }

  @Test
  void whatDebeziumLeavesOutIsLeftOut() {
    server.execute(
        DATABASE,
        "CREATE TABLE odd (id int PRIMARY KEY, a xid8, b pair, c money[], d int4multirange, e int GENERATED ALWAYS AS (id * 2) STORED, f text, g posint[])");
    assertThat(read("public.odd", Map.of()).columns()).containsExactly("id", "f");
  }

  @Test
  void anArrayOfSeveralDimensionsIsOneOfNulls() {
    server.execute(
        DATABASE,
        "CREATE TABLE deep (id int PRIMARY KEY, a int[], b inet[])",
        "INSERT INTO deep VALUES (1, '{{1,2,3},{4,5,6}}', '{{1.2.3.4},{::1}}'), (2, '{}', '{}')");
    assertThat(texts(read("public.deep", Map.of()), List.of(false, false)))
        .containsExactly(List.of("{NULL,NULL}", "{NULL,NULL}"), List.of("{}", "{}"));
  }

  /** What no recording can hold all of. */
  @Test
  void numbersAndTimesOfAllSizesArePrintedAlike() {
    server.execute(
        DATABASE,
        """
        CREATE TABLE sizes (id serial PRIMARY KEY, wide numeric(38,12), small numeric(9,3),
          bare numeric, t time, ts timestamptz, u uuid)
        """,
        """
        INSERT INTO sizes (wide, small, bare, t, ts, u)
        SELECT (CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END) * (random() * 10 ^ (i % 38 - 12))::numeric(38,12),
          (random() * 10 ^ (i % 9 - 3))::numeric(9,3), (i * 10000)::numeric / 10 ^ (i % 15),
          time '00:00' + i * interval '13.000007 s',
          timestamptz '1970-01-01' + (i - 500) * interval '999 days 1.000001 s', gen_random_uuid()
        FROM generate_series(1, 1000) i
        """,
        "INSERT INTO sizes (wide, small, bare) VALUES (99999999999999999999999999.999999999999, 999999.999, 0), (0, 0, 10000), ('NaN', 'NaN', 'NaN'), (0.000000000001, 0.001, 100000000)");
    List<String> printed =
        server.query(
            DATABASE,
            "SELECT nullif(wide, 'NaN')::text, nullif(small, 'NaN')::text, nullif(bare, 'NaN')::numeric(38,18)::text, t::text, to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), u::text FROM sizes ORDER BY id");
    List<String> read =
        texts(read("public.sizes", Map.of()), List.of(false, false, false, false, false, false))
            .stream()
            .map(row -> String.join("|", row))
            .map(row -> row.replace("NULL", "null"))
            .toList();
    assertThat(withoutTrailingZeros(read)).isEqualTo(withoutTrailingZeros(printed));
  }

  /** A time's fraction is printed with or without them. */
  private static List<String> withoutTrailingZeros(List<String> rows) {
    return rows.stream().map(row -> row.replaceAll("(:\\d\\d)\\.?(\\d*?)0*\\|", "$1.$2|")).toList();
  }

  @Test
  void aBareNumericMayBeText() {
    server.execute(
        DATABASE,
        "CREATE TABLE bare (id int PRIMARY KEY, n numeric, w numeric(60,2))",
        "INSERT INTO bare VALUES (1, 12.340, 1.50), (2, 1e30, 1e50), (3, 0.1234567890123456789, 0), (4, -7, NULL)");
    assertThat(texts(read("public.bare", Map.of("bare-numeric", "string")), List.of(false, false)))
        .containsExactly(
            List.of("12.34", "1.50"),
            List.of("1000000000000000000000000000000", "1" + "0".repeat(50) + ".00"),
            List.of("0.1234567890123456789", "0.00"),
            List.of("-7", "NULL"));
  }
}
