package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyLoader;
import io.freshet.lake.copy.CopyJob;
import io.freshet.lake.copy.CopyResult;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Copies between a real PostgreSQL, Parquet files and Hudi tables. */
class CopyJobTest extends CopyFixture {
  @Test
  void aTableIsTheSameWhicheverWayItComes() throws Exception {
    createKinds();
    String table = "{from: public.kinds, to: m.kinds}";
    copy(postgres(), files("hudi", "warehouse", "a"), "replace", table);
    copy(jdbc(), files("parquet", "warehouse", "b"), "replace", table);
    copy(
        files("hudi", "root", "a"),
        files("parquet", "warehouse", "c"),
        "replace",
        "{from: m.kinds, to: m.kinds}");
    copy(
        files("parquet", "root", "b"),
        files("hudi", "warehouse", "d"),
        "replace",
        "{from: m.kinds, to: m.kinds, key: [id]}");

    Dataset<Row> first = hudi("a", "m/kinds");
    assertThat(first.filter("id = 1 and day = date'1500-02-28'").count()).isEqualTo(1);
    assertThat(first.filter("__op = 'r' and __offset = -1 and not __deleted").count()).isEqualTo(3);
    String[] columns = parquet("b", "m/kinds").columns();
    List<String> expected = texts(plain(first, columns));
    assertThat(expected).hasSize(3);
    assertThat(expected.get(0))
        .contains("1|2|3.40|0.500000000000000000|12345.678|NaN|0.1|true|é|")
        .contains("|12:34:56.7|6f1e1c5a-0000-4000-8000-000000000001|{\"a\": 1}|AP8=|12.34|101");
    for (Dataset<Row> other :
        List.of(parquet("b", "m/kinds"), parquet("c", "m/kinds"), hudi("d", "m/kinds"))) {
      assertThat(other.select("id", rest(columns)).schema().simpleString())
          .isEqualTo(first.select("id", rest(columns)).schema().simpleString());
      assertThat(texts(plain(other, columns))).isEqualTo(expected);
    }
  }

  @Test
  void rowsAreAppendedAndUpserted() throws Exception {
    String hudi = files("hudi", "warehouse", "h");
    String parquet = files("parquet", "warehouse", "p");
    String table = "{from: public.works, to: m.works}";
    copy(postgres(), hudi, "upsert", table);
    copy(postgres(), parquet, "append", table);
    CopyResult twice = job(postgres(), hudi, "append", table).run();
    assertThat(twice.failed().get("m.works"))
        .contains("m.works has a row with id=")
        .contains("use mode: upsert");
    server.execute(
        DATABASE,
        "DELETE FROM works WHERE id > 20",
        "UPDATE works SET v = 2 WHERE id <= 10",
        "ALTER TABLE works ADD COLUMN extra text DEFAULT 'e'");
    assertThat(copy(postgres(), hudi, "upsert", table).get(0).rows()).isEqualTo(20);
    assertThat(texts(hudi("h", "m/works").groupBy("v", "extra").count()))
        .containsExactly("1|e|10", "1|null|480", "2|e|10");
    server.execute(DATABASE, "UPDATE works SET id = id + 1000");
    assertThat(copy(postgres(), hudi, "append", table).get(0).rows()).isEqualTo(20);
    assertThat(hudi("h", "m/works").count()).isEqualTo(520);

    assertThatThrownBy(() -> job(postgres(), parquet, "append", table).run())
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("files of one version have the same: use mode: replace");
    server.execute(DATABASE, "ALTER TABLE works DROP COLUMN extra");
    assertThat(copy(postgres(), parquet, "append", table).get(0).rows()).isEqualTo(20);
    assertThat(parquet("p", "m/works").count()).isEqualTo(520);
    assertThat(parquet("p", "m/works").columns()).containsExactly("id", "Their_Title", "v");
  }

  @Test
  void aJdbcTableIsReadInPartsWithoutSomeColumns() throws Exception {
    copy(
        jdbc(),
        files("parquet", "warehouse", "p"),
        "replace",
        "{from: works, to: m.works, split-by: id, splits: 3, exclude-columns: [v], partition-by: []}");
    Dataset<Row> rows = parquet("p", "m/works");
    assertThat(rows.columns()).containsExactly("id", "Their_Title");
    assertThat(rows.count()).isEqualTo(500);
    assertThat(rows.selectExpr("count(distinct id)").first().getLong(0)).isEqualTo(500);
    assertThat(rows.inputFiles()).hasSize(3);
  }

  @Test
  void anyDatabaseWithADriverWillDo() throws Exception {
    String url = "jdbc:derby:memory:museum";
    try (Connection derby = DriverManager.getConnection(url + ";create=true");
        Statement statement = derby.createStatement()) {
      statement.execute(
          "CREATE TABLE works (id bigint PRIMARY KEY, title varchar(20), price decimal(7,2), made timestamp, due date, began time, yes boolean, raw blob, long_text clob)");
      statement.execute(
          "INSERT INTO works VALUES (7, 'é', 1.50, '2021-03-28 02:30:00.123456', '1500-02-28', '12:34:56', true, CAST(X'00ff' AS blob), 'long')");
      copy(
          "{format: jdbc, url: \"%s\"}".formatted(url),
          files("hudi", "warehouse", "h"),
          "replace",
          "{from: works, to: m.works}");
    }
    assertThat(
            texts(
                hudi("h", "m/works")
                    .selectExpr(
                        "ID",
                        "TITLE",
                        "PRICE",
                        "unix_micros(MADE)",
                        "DUE",
                        "BEGAN",
                        "YES",
                        "hex(RAW)",
                        "LONG_TEXT")))
        .containsExactly("7|é|1.50|1616898600123456|1500-02-28|12:34:56|true|00FF|long");
  }

  @Test
  void whatCanNotBeIsSaidBeforeAnythingIsMade() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE bare (a int, b int)",
        "INSERT INTO bare VALUES (1, 1), (1, 2)",
        "CREATE TABLE odd (id int PRIMARY KEY, span interval)");
    String hudi = files("hudi", "warehouse", "h");
    String works = "{from: public.works, to: m.works}";
    String limited = postgres().replace("user: postgres", "user: limited");
    String limitedJdbc = jdbc().replace("user: postgres", "user: limited");
    refused(
        job("wr0ng", false, limited, hudi, "replace", works),
        "refuses the password of user limited; check source.password");
    refused(
        job("wr0ng", false, limitedJdbc, hudi, "replace", works),
        "refuses user 'limited'",
        "check source.user, and source.password");
    refused(
        job(limited, hudi, "replace", works),
        "user limited may not read public.works; run: GRANT SELECT ON public.works TO limited");
    refused(
        job(limitedJdbc, hudi, "replace", works),
        "permission denied for table works",
        "that user 'limited' may SELECT from it");
    refused(
        job(
            postgres(),
            hudi,
            "replace",
            "{from: public.none, to: m.none}",
            "{from: public.bare, to: m.bare}"),
        "there is no table or view public.none",
        "public.bare has no primary key that the source names; name the columns");
    refused(
        job(jdbc(), hudi, "replace", "{from: public.odd, to: m.odd}"),
        "column span of public.odd is of the type interval, which can't be read by JDBC; leave it out with exclude-columns, or use source.format: postgres");
    refused(
        job(jdbc().replace("jdbc:postgresql:", "jdbc:nothing:"), hudi, "replace", works),
        "there is no JDBC driver for jdbc:nothing://127.0.0.1");
    refused(
        job(jdbc(), hudi, "replace", "{from: public.works, to: m.w, partition-by: [year]}"),
        "partition-by of m.w names year, but there are [id, Their_Title, v]");
    refused(
        job(files("hudi", "root", "none"), hudi, "replace", "{from: a.b, to: m.b}"),
        "there is no Hudi table a.b at");
    refused(
        job(files("parquet", "root", "none"), hudi, "replace", "{from: a.b, to: m.b}"),
        "there are no Parquet files of a.b at");
    assertThat(files("h")).isEmpty();

    Path other = Files.createDirectories(folder.resolve("h/m/works"));
    Files.writeString(other.resolve("mine.csv"), "1");
    refused(job(postgres(), hudi, "replace", works), "holds files of something else");
    refused(
        job(postgres(), files("parquet", "warehouse", "h"), "replace", works),
        "holds files of something else");
    assertThat(files("h")).containsExactly("m/works/mine.csv");

    CopyResult result =
        job(postgres(), hudi, "replace", "{from: public.bare, to: m.bare, key: [a]}").run();
    assertThat(result.failed().get("m.bare"))
        .contains("public.bare has 2 rows with a=1, so that key can't tell them apart");
    assertThat(files("h")).containsExactly("m/works/mine.csv");
  }

  @Test
  void aTableOfAnotherJobIsLeftAlone() throws Exception {
    spark
        .range(1)
        .write()
        .format("hudi")
        .option("hoodie.table.name", "works")
        .option("hoodie.datasource.write.recordkey.field", "id")
        .option("hoodie.datasource.write.operation", "bulk_insert")
        .option("hoodie.bulkinsert.shuffle.parallelism", "1")
        .option("hoodie.metadata.enable", "false")
        .save(folder.resolve("h/m/works").toString());
    for (String mode : List.of("replace", "append")) {
      refused(
          job(
              postgres(),
              files("hudi", "warehouse", "h"),
              mode,
              "{from: public.works, to: m.works}"),
          "m.works at ",
          "has commits, but no copy made it; choose another name, or drop it");
    }
    assertThat(hudi("h", "m/works").count()).isEqualTo(1);
  }

  @Test
  void whoHasNoConnectorOfKuduIsToldWhereItIs() throws Exception {
    ClassLoader without = new WithoutKudu(CopyJobTest.class.getClassLoader(), "io.freshet.lake.");
    String yaml =
        yaml(
            files("parquet", "root", "none"),
            "{format: kudu, masters: \"127.0.0.1:1\"}",
            "append",
            "{from: a.b, to: b}");
    Constructor<?> constructor =
        Class.forName(TriedCopy.class.getName(), true, without)
            .getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    Object job = constructor.newInstance(yaml);
    assertThat(((Callable<?>) job).call())
        .asString()
        .contains(
            "Kudu's connector for Spark is not on the class path; give spark-submit --packages");
  }

  /** Says why a copy is refused. */
  static final class TriedCopy implements Callable<String> {
    private final String yaml;

    TriedCopy(String yaml) {
      this.yaml = yaml;
    }

    @Override
    public String call() throws Exception {
      CopyJob job =
          new CopyJob(
              new CopyLoader(Map.of()).parse(yaml),
              SparkSession.active(),
              Clock.systemUTC(),
              false);
      try {
        return "copied: " + job.run();
      } catch (LakeException refused) {
        return refused.getMessage();
      }
    }
  }

  /** Loads the classes of a package anew, and none of Kudu's. */
  private static final class WithoutKudu extends ClassLoader {
    private final String anew;

    WithoutKudu(ClassLoader parent, String anew) {
      super(parent);
      this.anew = anew;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("org.apache.kudu.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith(anew)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }
  }
}
