package io.freshet.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.change.RecordedColumn;
import io.freshet.lake.change.RecordedLake;
import io.freshet.lake.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL's expression and the lake's code write the same text for each value of each type. */
class CodecsTest {
  /** What these binaries of PostgreSQL lack. */
  private static final Set<String> NOT_HERE = Set.of("halfvec(2)", "vector(2)", "sparsevec(5)");

  /** Recorded columns that have no codec, by the type in PostgreSQL. */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          "bytea in string",
          "bytea[] in array<string>",
          "hstore in map<string,string>",
          "hstore in string",
          "hstore[] in array<map<string,string>>",
          "hstore[] in array<string>",
          "interval in bigint",
          "lseg in struct<wkb:binary,srid:int,extensions:map<string,string>>",
          "path in struct<wkb:binary,srid:int,extensions:map<string,string>>",
          "polygon in struct<wkb:binary,srid:int,extensions:map<string,string>>",
          "time[] in array<string>",
          "timetz[] in array<string>",
          "tstzrange in string",
          "tstzrange[] in array<string>");

  private static TestPostgres.Database postgres;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.shared().database("codecs");
    postgres.execute(
        "CREATE EXTENSION citext",
        "CREATE EXTENSION hstore",
        "CREATE EXTENSION ltree",
        "CREATE EXTENSION isn",
        "CREATE TYPE mood AS ENUM ('happy', 'ok', 'sad')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN posint AS int CHECK (value > 0)",
        "CREATE DOMAIN posposint AS posint",
        "CREATE DOMAIN money2 AS numeric(9,2)");
    connection = SourceConnection.open(postgres.config());
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
  }

  /** The type as the catalog says it of a column. */
  private static SourceType type(String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS public.probe");
      statement.execute("CREATE TABLE public.probe (v " + name + ")");
    }
    return SourceCatalog.of(connection, "moma.public.probe").columns().get(0).type();
  }

  private static String inPostgres(Codec codec, String type, String literal) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT %s FROM (SELECT CAST(%s AS %s) AS v) AS probe"
                    .formatted(
                        codec.piece("v"),
                        literal == null ? "NULL" : "'" + literal.replace("'", "''") + "'",
                        type))) {
      row.next();
      return row.getString(1);
    }
  }

  private static String inLake(Codec codec, Object value) {
    TextBuffer text = new TextBuffer();
    codec.write(value, text);
    return text.toString();
  }

  /** A text is read as a value that has the same text. */
  private static void assertReadable(Codec codec, DataType type, String text) {
    Object read = codec.read(new TextReader(text));
    Object internal = CatalystTypeConverters.createToCatalystConverter(type).apply(read);
    assertThat(inLake(codec, internal)).isEqualTo(text);
  }

  @Test
  void whatDebeziumSentOfAValueHasTheTextThatPostgresqlMakesOfIt() throws SQLException {
    Set<String> notCompared = new TreeSet<>();
    int compared = 0;
    for (RecordedColumn column : RecordedColumn.all()) {
      if (NOT_HERE.contains(column.postgres())) {
        continue;
      }
      DataType lake = RecordedLake.type(column);
      Optional<Codec> codec = Codecs.of(type(column.postgres()), lake);
      if (codec.isEmpty()) {
        notCompared.add(column.postgres() + " in " + lake.simpleString());
        continue;
      }
      for (RecordedColumn.Value value : column.values()) {
        if (column.debezium().contains("isostring") && value.printed().equals("24:00:00")) {
          continue; // Debezium makes 00:00:00 of it.
        }
        for (Object message : value.messages()) {
          String text = inPostgres(codec.get(), column.postgres(), value.printed());
          assertThat(inLake(codec.get(), RecordedLake.value(column, message)))
              .as("%s: %s", column, value.printed())
              .isEqualTo(text);
          assertReadable(codec.get(), lake, text);
          compared++;
        }
      }
      assertThat(inPostgres(codec.get(), column.postgres(), null)).isEqualTo("~");
      assertThat(inLake(codec.get(), null)).isEqualTo("~");
    }
    assertThat(notCompared).isEqualTo(new TreeSet<>(NOT_COMPARED));
    assertThat(compared).isGreaterThan(150);
  }

  private static void same(String type, DataType lake, Map<String, Object> values)
      throws SQLException {
    Codec codec = Codecs.of(type(type), lake).orElseThrow();
    List<String> texts = new ArrayList<>();
    for (Map.Entry<String, Object> value : values.entrySet()) {
      String text = inPostgres(codec, type, value.getKey());
      assertThat(inLake(codec, value.getValue())).as("%s %s", type, value.getKey()).isEqualTo(text);
      assertReadable(codec, lake, text);
      texts.add(text);
    }
    assertThat(texts).as("different values have different texts").doesNotHaveDuplicates();
  }

  @Test
  void numbersOfDoublePrecisionByTheirBits() throws SQLException {
    Map<String, Object> values = new HashMap<>();
    for (double value :
        new double[] {
          0.0,
          -0.0,
          0.1,
          Math.nextUp(0.1),
          Double.MIN_VALUE,
          Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY
        }) {
      values.put(Double.toString(value), value);
    }
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(value)) {
        values.put(Double.toString(value), value);
      }
    }
    same("float8", DataTypes.DoubleType, values);
    Map<String, Object> floats = new HashMap<>();
    for (float value :
        new float[] {
          0f,
          -0f,
          0.1f,
          Math.nextUp(0.1f),
          Float.MIN_VALUE,
          Float.MAX_VALUE,
          Float.NaN,
          Float.NEGATIVE_INFINITY
        }) {
      floats.put(Float.toString(value), value);
    }
    same("float4", DataTypes.FloatType, floats);
    // A column that was widened, where the lake has no row of the new type yet.
    same("float8", DataTypes.FloatType, Map.of("0.5", 0.5f, "-0", -0f));
  }

  @Test
  void timestampsToTheMicrosecond() throws SQLException {
    Map<String, Object> values = new HashMap<>();
    for (String text :
        List.of(
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "2000-01-01T00:00:00Z",
            "2024-02-29T12:34:56.789012Z",
            "2024-02-29T12:34:56.789013Z",
            "0001-01-01T00:00:00.000001Z",
            "1582-10-04T00:00:00Z",
            "1582-10-15T00:00:00Z",
            "9999-12-31T23:59:59.999998Z")) {
      Instant instant = Instant.parse(text);
      values.put(
          text.replace("Z", "+00"),
          instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000);
    }
    same("timestamptz", DataTypes.TimestampType, values);
    same("timestamp", DataTypes.TimestampType, values);
    same(
        "date",
        DataTypes.DateType,
        Map.of(
            "1970-01-01",
            0,
            "0044-03-15 BC",
            (int) LocalDate.of(-43, 3, 15).toEpochDay(),
            "2024-02-29",
            19_782));
  }

  @Test
  void textsByteByByte() throws SQLException {
    Map<String, Object> values = new HashMap<>();
    for (String text :
        List.of(
            "",
            " ",
            "a",
            "a ",
            " a",
            "~",
            "1:a",
            "\u0001",
            "NULL",
            "Zo\u00eb",
            "Zoe\u0308",
            "\ud83c\udf0a",
            "\uffff",
            "\n",
            "\r\n",
            "it's",
            "x".repeat(10_000))) {
      values.put(text, UTF8String.fromString(text));
    }
    same("text", DataTypes.StringType, values);
    same(
        "char(4)",
        DataTypes.StringType,
        Map.of("ab", UTF8String.fromString("ab  "), "abcd", UTF8String.fromString("abcd")));
    Codec text = Codecs.of(type("text"), DataTypes.StringType).orElseThrow();
    assertThat(inPostgres(text, "text", null)).isNotEqualTo(inPostgres(text, "text", ""));
  }

  @Test
  void numericsByTheirValue() throws SQLException {
    Map<String, Object> values = new HashMap<>();
    for (String text :
        List.of("0", "1", "-1", "0.01", "100", "12345678901234567890.123456789012345678")) {
      values.put(text, Decimal.apply(new java.math.BigDecimal(text), 38, 18));
    }
    same("numeric", DataTypes.createDecimalType(38, 18), values);
    Codec codec = Codecs.of(type("numeric"), DataTypes.createDecimalType(38, 18)).orElseThrow();
    assertThat(inPostgres(codec, "numeric", "1.500"))
        .isEqualTo(inPostgres(codec, "numeric", "1.5"));
    for (String none : List.of("NaN", "Infinity", "-Infinity")) {
      assertThat(inPostgres(codec, "numeric", none)).as(none + " arrives as NULL").isEqualTo("~");
    }
  }

  @Test
  void arraysTellNullsAndNestingApart() throws SQLException {
    Codec codec =
        Codecs.of(type("text[]"), DataTypes.createArrayType(DataTypes.StringType)).orElseThrow();
    List<String> texts = new ArrayList<>();
    for (String array :
        List.of("{}", "{NULL}", "{\"\"}", "{a,b}", "{ab}", "{\"a,b\"}", "{a,NULL}")) {
      texts.add(inPostgres(codec, "text[]", array));
    }
    texts.add(inPostgres(codec, "text[]", null));
    assertThat(texts).doesNotHaveDuplicates();
    assertThat(inPostgres(codec, "text[]", "{{a,b},{c,d}}"))
        .as("Debezium sends an array of NULLs")
        .isEqualTo(inPostgres(codec, "text[]", "{NULL,NULL}"));
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> SourceCatalog.of(connection, "moma.public.nothing"))
        .hasMessageContaining("no table of database codecs")
        .hasMessageContaining("moma.public.nothing");
  }
}
