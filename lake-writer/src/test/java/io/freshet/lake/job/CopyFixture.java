package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyLoader;
import io.freshet.lake.copy.CopyJob;
import io.freshet.lake.copy.CopyResult;
import io.freshet.lake.postgres.TestPostgres;
import io.freshet.lake.snapshot.SnapshotResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Copies whole tables from a real PostgreSQL, whose database is new for each test. */
abstract class CopyFixture extends JobFixture {
  static final String DATABASE = "copies";
  static TestPostgres server;

  @BeforeAll
  static void startServer() throws Exception {
    server = TestPostgres.shared();
  }

  @BeforeEach
  void fill() {
    server.create(DATABASE);
    server.execute(
        DATABASE,
        "CREATE TABLE works (id int PRIMARY KEY, \"Their Title\" text, v int)",
        "INSERT INTO works SELECT i, 'title ' || i, 1 FROM generate_series(1, 500) i");
  }

  static String postgres() {
    return "{format: postgres, port: %d, database: %s, user: postgres, password: \"${env:PASSWORD}\"}"
        .formatted(server.port(), DATABASE);
  }

  static String jdbc() {
    return "{format: jdbc, url: \"%s\", user: postgres, password: \"${env:PASSWORD}\"}"
        .formatted(server.url(DATABASE));
  }

  String files(String format, String key, String folderName) {
    return "{format: %s, %s: \"%s\"}".formatted(format, key, folder.resolve(folderName).toUri());
  }

  CopyJob job(String source, String target, String mode, String... tables) {
    return job(TestPostgres.PASSWORD, false, source, target, mode, tables);
  }

  CopyJob job(
      String password, boolean keep, String source, String target, String mode, String... tables) {
    return new CopyJob(
        new CopyLoader(Map.of("PASSWORD", password)).parse(yaml(source, target, mode, tables)),
        spark,
        Clock.systemUTC(),
        keep);
  }

  static String yaml(String source, String target, String mode, String... tables) {
    return "source: %s\ntarget: %s\nmode: %s\ntables: [%s]\n"
        .formatted(source, target, mode, String.join(", ", tables));
  }

  /** Copies what must succeed. */
  List<SnapshotResult.Loaded> copy(String source, String target, String mode, String... tables)
      throws Exception {
    CopyResult result = job(source, target, mode, tables).run();
    assertThat(result.failed()).isEmpty();
    return result.copied();
  }

  Dataset<Row> hudi(String warehouse, String table) {
    return spark.read().format("hudi").load(folder.resolve(warehouse).resolve(table).toString());
  }

  /** As any reader finds the version that is to be read. */
  Dataset<Row> parquet(String warehouse, String table) {
    Path root = folder.resolve(warehouse).resolve(table);
    try {
      String path =
          new ObjectMapper().readTree(root.resolve("_current").toFile()).get("path").asText();
      return spark.read().parquet(root.resolve(path).toString());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static List<String> texts(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.mkString("|")).sorted().toList();
  }

  Set<String> files(String warehouse) throws Exception {
    Path root = folder.resolve(warehouse);
    if (!Files.exists(root)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return new TreeSet<>(
          files
              .filter(Files::isRegularFile)
              .map(file -> root.relativize(file).toString())
              .filter(file -> !file.startsWith(".freshet/") && !file.contains("/.hoodie/"))
              .toList());
    }
  }

  /** A table of values of many types, the last row of which has dates BC. */
  static void createKinds() {
    server.execute(
        DATABASE,
        "CREATE TABLE kinds (id bigint PRIMARY KEY, small smallint, price numeric(10,2), bare numeric, big numeric(50,3), real real, double double precision, yes boolean, text text, day date, at timestamp, zoned timestamptz, hour time, uuid uuid, doc jsonb, raw bytea, cash money, bits bit(3))",
        "INSERT INTO kinds VALUES (1, 2, 3.40, 0.5, 12345.678, 'NaN', 0.1, true, 'é', '1500-02-28', '2021-03-28 02:30:00.123456', '1883-11-18 12:00:00.5+00', '12:34:56.7', '6f1e1c5a-0000-4000-8000-000000000001', '{\"a\": 1}', '\\x00ff', 12.34, '101')",
        "INSERT INTO kinds VALUES (2, NULL, NULL, 'NaN', NULL, NULL, NULL, NULL, NULL, 'infinity', '-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO kinds VALUES (3, -1, -1, -1, -1, -1, -1, false, '', '0044-03-15 BC', '0044-03-15 12:00:00 BC', '12021-01-01 00:00:00+00', '24:00:00', NULL, 'null', '', -1, '000')");
  }

  static String[] rest(String[] columns) {
    return Stream.of(columns).filter(name -> !name.equals("id")).toArray(String[]::new);
  }

  /** Times as numbers, which no time zone and no calendar changes. */
  static Dataset<Row> plain(Dataset<Row> rows, String... columns) {
    List<String> plain = new ArrayList<>();
    for (String column : columns) {
      plain.add(
          switch (column) {
            case "at", "zoned" -> "unix_micros(" + column + ") as " + column;
            case "day" -> "unix_date(day) as day";
            case "raw" -> "base64(raw) as raw";
            default -> column;
          });
    }
    return rows.selectExpr(plain.toArray(String[]::new));
  }

  static void refused(CopyJob job, String... words) {
    assertThatThrownBy(job::run)
        .isInstanceOf(LakeException.class)
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain("wr0ng");
  }
}
