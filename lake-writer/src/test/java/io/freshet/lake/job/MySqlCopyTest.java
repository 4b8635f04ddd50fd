package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.config.CopyLoader;
import io.freshet.lake.copy.CopyJob;
import io.freshet.lake.copy.CopyResult;
import java.time.Clock;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies from a real MariaDB, with its own driver and with MySQL's. */
class MySqlCopyTest extends CopyFixture {
  private static TestMariaDb database;

  @BeforeAll
  static void startDatabase() throws Exception {
    database = TestMariaDb.start();
    database.execute(
        """
        CREATE TABLE museum.kinds (
          id int PRIMARY KEY, tiny tinyint, flag tinyint(1), small smallint unsigned,
          medium mediumint, whole int unsigned, big bigint unsigned, price decimal(10,2),
          huge decimal(50,5), single float, half double, name varchar(20), fixed char(5),
          body longtext, doc json, kind enum('a','b'), tags set('x','y'), day date,
          at datetime(6), zoned timestamp(6) NULL, took time(6), made year, two binary(2),
          raw varbinary(10), pic mediumblob, yes bit(1)) CHARACTER SET utf8mb4""",
        "INSERT INTO museum.kinds VALUES (1, -128, 1, 65535, -8388608, 4294967295, 18446744073709551615, 3.40, 12345678901234567890.12345, 0.5, 0.1, 'é🎨', 'ab', repeat('long ', 20000), '{\"a\": 1}', 'b', 'x,y', '1500-02-28', '2021-03-28 02:30:00.123456', '2038-01-19 03:14:07.999999', '-838:59:58.000001', 2024, x'00ff', x'', repeat('x', 70000), b'1')",
        "INSERT INTO museum.kinds (id) VALUES (2)",
        "CREATE TABLE museum.zero (id int PRIMARY KEY, day date, at datetime)",
        "INSERT INTO museum.zero VALUES (1, '0000-00-00', '2020-01-01')");
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    if (database != null) {
      database.close();
    }
  }

  private CopyJob job(String driver, String password, String target, String table) {
    String source =
        "{format: jdbc, url: \"%s\", user: %s, password: \"${env:PASSWORD}\", fetch-size: 1}"
            .formatted(database.url(driver, "museum"), TestMariaDb.USER);
    return new CopyJob(
        new CopyLoader(Map.of("PASSWORD", password)).parse(yaml(source, target, "replace", table)),
        spark,
        Clock.systemUTC(),
        false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mariadb", "mysql"})
  void valuesAreTheSameInTheLake(String driver) throws Exception {
    CopyResult result =
        job(
                driver,
                TestMariaDb.PASSWORD,
                files("hudi", "warehouse", "h"),
                "{from: museum.kinds, to: m.kinds}")
            .run();
    assertThat(result.failed()).isEmpty();
    Dataset<Row> rows = hudi("h", "m/kinds");
    assertThat(
            texts(
                rows.selectExpr(
                    "id",
                    "tiny",
                    "flag",
                    "small",
                    "medium",
                    "whole",
                    "big",
                    "price",
                    "huge",
                    "single",
                    "half",
                    "name",
                    "fixed",
                    "length(body)",
                    "doc",
                    "kind",
                    "tags",
                    "day",
                    "unix_micros(at)",
                    "unix_micros(zoned)",
                    "took",
                    "made",
                    "hex(two)",
                    "hex(raw)",
                    "length(pic)",
                    "yes")))
        .containsExactly(
            "1|-128|true|65535|-8388608|4294967295|18446744073709551615|3.40|12345678901234567890.12345|0.5|0.1|é🎨|ab|100000|{\"a\": 1}|b|x,y|1500-02-28|1616898600123456|2147483647999999|-838:59:58.000001|2024|00FF||70000|true",
            "2" + "|null".repeat(25));
    assertThat(rows.schema().apply("big").dataType().sql()).isEqualTo("DECIMAL(20,0)");
    assertThat(rows.schema().apply("made").dataType().sql()).isEqualTo("INT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mariadb", "mysql"})
  void whatCanNotBeIsNamed(String driver) throws Exception {
    String target = files("parquet", "warehouse", "p");
    refused(
        job(driver, "wr0ng", target, "{from: museum.kinds, to: m.kinds}"),
        "refuses user 'reader'",
        "check source.user, and source.password");
    refused(
        job(driver, TestMariaDb.PASSWORD, target, "{from: museum.none, to: m.none}"),
        "check the table's name, and that user 'reader' may SELECT from it");
    CopyResult result =
        job(driver, TestMariaDb.PASSWORD, target, "{from: museum.zero, to: m.zero}").run();
    assertThat(result.failed().get("m.zero"))
        .contains("column museum.zero.day holds '0000-00-00', which is no date of the lake's");
    assertThat(files("p")).isEmpty();
  }
}
