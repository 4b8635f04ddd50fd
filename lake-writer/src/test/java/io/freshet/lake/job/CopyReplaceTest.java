package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.copy.CopyResult;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.snapshot.SnapshotResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What readers find of a table while a copy replaces it, and after one that failed or was killed.
 */
class CopyReplaceTest extends CopyFixture {
  @Test
  void aReaderOfATableThatIsReplacedSeesOneVersionAlways() throws Exception {
    String hudi = files("hudi", "warehouse", "h");
    String parquet = files("parquet", "warehouse", "p");
    String table = "{from: public.works, to: m.works}";
    copy(postgres(), hudi, "replace", table);
    copy(postgres(), parquet, "replace", table);
    AtomicBoolean done = new AtomicBoolean();
    var readers = Executors.newFixedThreadPool(2);
    try {
      Future<Set<String>> ofHudi = readers.submit(seen(done, () -> hudi("h", "m/works")));
      Future<Set<String>> ofParquet = readers.submit(seen(done, () -> parquet("p", "m/works")));
      for (int version = 2; version <= 3; version++) {
        server.execute(
            DATABASE,
            "DELETE FROM works WHERE id > (SELECT max(id) - 10 FROM works)",
            "UPDATE works SET v = " + version);
        copy(postgres(), hudi, "replace", table);
        copy(postgres(), parquet, "replace", table);
      }
      done.set(true);
      // Each version's rows, from 500 on ten fewer each.
      List<String> whole = List.of("1:500", "2:490", "3:480");
      assertThat(ofHudi.get()).isSubsetOf(whole).contains("3:480").hasSizeGreaterThan(1);
      assertThat(ofParquet.get()).isSubsetOf(whole).contains("3:480").hasSizeGreaterThan(1);
    } finally {
      done.set(true);
      readers.shutdownNow();
    }
    assertThat(texts(hudi("h", "m/works").selectExpr("id")))
        .isEqualTo(texts(parquet("p", "m/works").selectExpr("id")))
        .hasSize(480);
  }

  /** What a reader in a loop sees, once more after all is done. */
  private static Callable<Set<String>> seen(AtomicBoolean done, Callable<Dataset<Row>> table) {
    return () -> {
      Set<String> seen = new TreeSet<>();
      boolean last;
      do {
        last = done.get();
        seen.add(
            String.join(
                ",", texts(table.call().groupBy("v").count().selectExpr("concat(v, ':', count)"))));
      } while (!last);
      return seen;
    };
  }

  @Test
  void aTableOfOtherColumnsAndKeysIsReplacedToo() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE days (day date PRIMARY KEY, part text, note text)",
        "INSERT INTO days SELECT date '2020-01-01' + i, 'p' || i % 3, 'old' FROM generate_series(1, 30) i");
    // A date is a key that Hudi takes by record only, an int one that it takes by row.
    String[] tables = {
      "{from: public.days, to: m.days, partition-by: [part]}",
      "{from: public.works, to: m.works, type: merge-on-read}"
    };
    String hudi = files("hudi", "warehouse", "h");
    copy(postgres(), hudi, "replace", tables);
    server.execute(
        DATABASE,
        "UPDATE days SET note = 'new', part = 'q'",
        "DELETE FROM days WHERE day > '2020-01-11'",
        "ALTER TABLE works DROP COLUMN v",
        "ALTER TABLE works ALTER COLUMN \"Their Title\" TYPE int USING 7",
        "ALTER TABLE works ADD COLUMN w numeric(5,1) DEFAULT 2.5");
    copy(postgres(), hudi, "replace", tables);
    assertThat(texts(hudi("h", "m/days").groupBy("note", "part").count()))
        .containsExactly("new|q|10");
    Dataset<Row> replaced = hudi("h", "m/works");
    assertThat(replaced.columns()).contains("w").doesNotContain("v");
    assertThat(replaced.filter("w = 2.5 and Their_Title = 7").count()).isEqualTo(500);
    // A key goes on being found where it is.
    copy(postgres(), hudi, "upsert", tables);
    assertThat(hudi("h", "m/days").count()).isEqualTo(10);
    assertThat(hudi("h", "m/works").count()).isEqualTo(500);
  }

  @Test
  void aFailureLeavesItsTableAsItWasAndTheOthersGoOn() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE prices (id int PRIMARY KEY, price numeric)",
        "INSERT INTO prices SELECT i, i FROM generate_series(1, 100) i");
    String[] tables = {"{from: public.prices, to: m.prices}", "{from: public.works, to: m.works}"};
    for (String format : List.of("hudi", "parquet")) {
      String target = files(format, "warehouse", format);
      // Once with no table there, once with one.
      for (int before = 0; before <= 1; before++) {
        server.execute(DATABASE, "UPDATE prices SET price = 0.1234567890123456789 WHERE id = 50");
        Set<String> files = files(format);
        CopyResult result = job(postgres(), target, "replace", tables).run();
        assertThat(result.failed().keySet()).containsExactly("m.prices");
        assertThat(result.failed().get("m.prices"))
            .contains("column price of public.prices holds 0.1234567890123456789");
        assertThat(result.copied())
            .extracting(SnapshotResult.Loaded::table)
            .containsExactly("m.works");
        assertThat(files(format))
            .filteredOn(file -> file.startsWith("m/prices"))
            .isEqualTo(files.stream().filter(file -> file.startsWith("m/prices")).toList());
        server.execute(DATABASE, "UPDATE prices SET price = id");
        copy(postgres(), target, "replace", tables);
      }
      Dataset<Row> prices =
          format.equals("hudi") ? hudi(format, "m/prices") : parquet(format, "m/prices");
      assertThat(prices.filter("price = id").count()).isEqualTo(100);
    }
  }

  @Test
  void whatIsKeptGoesWithTheNextRun() throws Exception {
    server.execute(
        DATABASE,
        "CREATE TABLE prices (id int PRIMARY KEY, price numeric)",
        "INSERT INTO prices VALUES (1, 1)");
    String table = "{from: public.prices, to: m.prices}";
    String target = files("parquet", "warehouse", "p");
    copy(postgres(), target, "replace", table);
    server.execute(DATABASE, "UPDATE prices SET price = 0.1234567890123456789");
    Set<String> before = files("p");
    for (String mode : List.of("replace", "append")) {
      CopyResult failed = job(TestPostgres.PASSWORD, true, postgres(), target, mode, table).run();
      assertThat(failed.failed()).containsOnlyKeys("m.prices");
    }
    assertThat(files("p"))
        .as("the note of rows that were to come")
        .hasSizeGreaterThan(before.size());
    assertThat(texts(parquet("p", "m/prices"))).containsExactly("1|1.000000000000000000");
    server.execute(DATABASE, "UPDATE prices SET price = 2");
    copy(postgres(), target, "replace", table);
    assertThat(texts(parquet("p", "m/prices"))).containsExactly("1|2.000000000000000000");
    // Who reads the version before goes on reading it.
    assertThat(files("p").stream().filter(file -> file.endsWith(".parquet"))).hasSize(2);
    assertThat(files("p")).noneMatch(file -> file.contains("_appending"));
  }

  /** Killed while Parquet files are written, and Hudi's. */
  @Test
  void aCopyThatWasKilledEndsRightWhenItIsStartedAgain() throws Exception {
    HeldRows.create(server, DATABASE);
    server.execute(
        DATABASE,
        "CREATE VIEW many AS SELECT id, v, md5(id::text) AS title FROM generate_series(1, 60000) id, version");
    String hudi = files("hudi", "warehouse", "h");
    String parquet = files("parquet", "warehouse", "p");
    String held = "{from: public.held, to: m.works, key: [id]}";
    String many = "{from: public.many, to: m.works, key: [id]}";
    copy(postgres(), parquet, "replace", held);
    copy(postgres(), hudi, "replace", many);
    server.execute(DATABASE, "UPDATE version SET v = 2");
    Set<String> before = files("h");
    try (HeldRows rows = HeldRows.hold(server, DATABASE)) {
      Process process =
          HeldRows.copy(
              folder,
              yaml(postgres(), parquet, "replace", held),
              yaml(postgres(), hudi, "replace", many));
      try {
        rows.awaitReaders(1);
        process.getOutputStream().write(1);
        process.getOutputStream().flush();
        Awaitility.await("a new file of Hudi's")
            .atMost(Duration.ofMinutes(2))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> files("h").size() > before.size());
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(versions(parquet("p", "m/works"))).containsExactly("1|30000");
      // In theory the commit may have been faster than its end.
      assertThat(versions(hudi("h", "m/works"))).isIn(List.of("1|60000"), List.of("2|60000"));
    }
    copy(postgres(), parquet, "replace", held);
    copy(postgres(), hudi, "replace", many);
    assertThat(versions(parquet("p", "m/works"))).containsExactly("2|30000");
    assertThat(versions(hudi("h", "m/works"))).containsExactly("2|60000");
    try (Stream<Path> versions = Files.list(folder.resolve("p/m/works/_versions"))) {
      assertThat(versions).as("the one before, and the current one").hasSize(2);
    }
  }

  private static List<String> versions(Dataset<Row> rows) {
    return texts(rows.groupBy("v").agg(functions.countDistinct("id", "title")));
  }
}
