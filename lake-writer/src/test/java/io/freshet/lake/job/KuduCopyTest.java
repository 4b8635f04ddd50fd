package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.copy.CopyResult;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Copies from and to a real Kudu. */
class KuduCopyTest extends CopyFixture {
  private static TestKudu cluster;

  @BeforeAll
  static void startKudu() throws Exception {
    cluster = TestKudu.start();
  }

  @AfterAll
  static void stopKudu() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String kudu() {
    return "{format: kudu, masters: \"%s\"}".formatted(cluster.masters());
  }

  /** With one tablet server there is one replica. */
  private static String toKudu() {
    return kudu().replace("}", ", replicas: 1}");
  }

  private static Dataset<Row> kudu(String table) {
    return spark
        .read()
        .format("kudu")
        .option("kudu.master", cluster.masters())
        .option("kudu.table", table)
        .load();
  }

  @Test
  void valuesAreTheSameToAndFrom() throws Exception {
    createKinds();
    String table = "{from: public.kinds, to: kinds}";
    CopyResult early = job(postgres(), toKudu(), "append", table).run();
    assertThat(early.failed().get("kinds"))
        .contains(
            "column public.kinds.day holds -0043-03-15, which Kudu's connector for Spark can't store");
    assertThat(cluster.tables())
        .as("nothing is left of it")
        .noneMatch(name -> name.startsWith("kinds"));

    server.execute(DATABASE, "DELETE FROM kinds WHERE id = 3");
    assertThat(copy(postgres(), toKudu(), "append", table).get(0).rows()).isEqualTo(2);
    copy(jdbc(), toKudu(), "upsert", "{from: public.kinds, to: by_jdbc, buckets: 2}");
    copy(kudu(), files("hudi", "warehouse", "h"), "replace", "{from: kinds, to: m.kinds}");
    copy(kudu(), files("parquet", "warehouse", "p"), "append", "{from: kinds, to: m.kinds}");
    copy(files("hudi", "root", "h"), toKudu(), "upsert", "{from: m.kinds, to: by_hudi}");
    copy(
        files("parquet", "root", "p"),
        toKudu(),
        "upsert",
        "{from: m.kinds, to: by_parquet, key: [id]}");
    copy(
        postgres(),
        files("parquet", "warehouse", "direct"),
        "replace",
        "{from: public.kinds, to: m.kinds}");

    Dataset<Row> direct = parquet("direct", "m/kinds");
    List<String> expected = texts(plain(direct, direct.columns()));
    assertThat(expected).hasSize(2);
    for (String stored : List.of("kinds", "by_jdbc", "by_hudi", "by_parquet")) {
      assertThat(cluster.values(stored, "id", "day", "at", "zoned"))
          .as("%s, as other clients than Spark see it", stored)
          .isEqualTo(
              texts(
                  direct.selectExpr(
                      "id", "unix_date(day)", "unix_micros(at)", "unix_micros(zoned)")));
    }
    copy(kudu(), files("parquet", "warehouse", "q"), "replace", "{from: by_jdbc, to: m.kinds}");
    for (Dataset<Row> rows :
        List.of(hudi("h", "m/kinds"), parquet("p", "m/kinds"), parquet("q", "m/kinds"))) {
      assertThat(texts(plain(rows, direct.columns()))).isEqualTo(expected);
      assertThat(rows.select("id", rest(direct.columns())).schema().simpleString())
          .isEqualTo(direct.select("id", rest(direct.columns())).schema().simpleString());
    }
  }

  @Test
  void rowsComeToATableThatIsThere() throws Exception {
    String table = "{from: public.works, to: works}";
    copy(postgres(), toKudu(), "upsert", table);
    server.execute(
        DATABASE,
        "UPDATE works SET v = 2 WHERE id <= 10",
        "UPDATE works SET id = 501 WHERE id = 500");
    CopyResult twice = job(postgres(), toKudu(), "append", table).run();
    assertThat(twice.failed().get("works"))
        .contains("works has a row with id=")
        .contains("use mode: upsert");
    assertThat(texts(kudu("works").groupBy("v").count()))
        .as("not one row was added")
        .containsExactly("1|500");
    assertThat(copy(postgres(), toKudu(), "upsert", table).get(0).rows()).isEqualTo(500);
    assertThat(texts(kudu("works").groupBy("v").count())).containsExactly("1|491", "2|10");
    server.execute(DATABASE, "UPDATE works SET id = id + 1000");
    assertThat(copy(postgres(), toKudu(), "append", table).get(0).rows()).isEqualTo(500);
    assertThat(kudu("works").count()).isEqualTo(1001);
  }

  @Test
  void whatCanNotBeIsSaidBeforeAnythingIsMade() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE taken (id int PRIMARY KEY)",
        "CREATE TABLE odd (id int PRIMARY KEY, yes boolean, tags text[])",
        "CREATE TABLE bare (id int, v int)");
    copy(postgres(), toKudu(), "upsert", "{from: public.taken, to: taken}");
    List<String> before = cluster.tables();
    refused(
        job(kudu(), files("hudi", "warehouse", "h"), "replace", "{from: none, to: m.none}"),
        "there is no table none in Kudu at 127.0.0.1",
        "case-sensitive");
    refused(
        job(postgres(), toKudu(), "upsert", "{from: public.bare, to: bare}"),
        "public.bare has no primary key that the source names; name the columns");
    refused(
        job(postgres(), toKudu(), "upsert", "{from: public.odd, to: odd}"),
        "column tags of public.odd is ARRAY<STRING>, which Kudu has not; leave it out");
    refused(
        job(
            postgres(),
            toKudu(),
            "upsert",
            "{from: public.odd, to: odd, exclude-columns: [tags], key: [\"yes\"]}"),
        "column yes of public.odd is BOOLEAN, which can't be a part of a key in Kudu");
    refused(
        job(postgres(), toKudu(), "upsert", "{from: public.works, to: taken}"),
        "the source of taken names Their_Title, but there are [id]");
    refused(
        job(postgres(), toKudu(), "upsert", "{from: public.works, to: taken, key: [v]}"),
        "taken in Kudu has the key [id], but the rows to copy have [v]");
    assertThat(cluster.tables()).isEqualTo(before);
    assertThat(files("h")).isEmpty();
  }

  /** A new table comes with all of its rows or not at all; one that is there is mended. */
  @Test
  void aCopyThatWasKilledEndsRightWhenItIsStartedAgain() throws Exception {
    HeldRows.create(server, DATABASE);
    String fresh = "{from: public.held, to: fresh, key: [id], mode: append}";
    String there = "{from: public.held, to: there, key: [id]}";
    copy(postgres(), toKudu(), "upsert", there);
    server.execute(DATABASE, "UPDATE version SET v = 2");
    try (HeldRows rows = HeldRows.hold(server, DATABASE)) {
      Process process = HeldRows.copy(folder, yaml(postgres(), toKudu(), "upsert", fresh, there));
      try {
        rows.awaitReaders(2);
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(cluster.tables()).doesNotContain("fresh").contains("fresh__freshet_copy");
    }
    copy(postgres(), toKudu(), "upsert", fresh, there);
    for (String table : List.of("fresh", "there")) {
      assertThat(texts(kudu(table).groupBy("v").agg(functions.countDistinct("id", "title"))))
          .containsExactly("2|" + HeldRows.ROWS);
    }
    assertThat(cluster.tables()).contains("fresh").noneMatch(name -> name.endsWith("_copy"));
  }
}
