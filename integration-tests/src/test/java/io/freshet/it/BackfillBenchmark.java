package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * How fast landed rows get into new tables, against Spark writing the same files as plain Parquet;
 * and how fast updates of rows in all their files do. Each write is timed inside its own process,
 * without the process's start.
 */
class BackfillBenchmark {
  private static final int ROWS = Integer.getInteger("freshet.backfill.rows", 2_000_000);
  private static final int UPDATES = ROWS / 10;
  private static final int ROUNDS = Integer.getInteger("freshet.benchmark.rounds", 3);
  private static final String TOPIC = "backfill.public.sales";
  private static final Pattern COMMITTED =
      Pattern.compile("commit table=backfill\\.(\\w+) .* ms=(\\d+) ");
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void newTablesAndUpdates() throws Exception {
    connectors.run(
        "apply",
        connectors.variant(
            "moma-s3-sink",
            "backfill-sink",
            Map.of(
                "topics.regex", "backfill\\..*",
                "flush.size", "100000",
                "rotate.interval.ms", "10000")));
    try (SalesTopic topic = new SalesTopic(pipeline, TOPIC);
        LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      for (int id = 0; id < ROWS; id++) {
        topic.send("r", id, id);
      }
      topic.flush();
      awaitLanded(landed, ROWS);
      List<Double> parquet = new ArrayList<>();
      List<Double> cow = new ArrayList<>();
      List<Double> mor = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        parquet.add(plainParquet(round));
        cow.add(ingest("cow" + round, "copy-on-write"));
        mor.add(ingest("mor" + round, "merge-on-read"));
      }
      for (int i = 0; i < UPDATES; i++) {
        topic.send("u", i * (ROWS / UPDATES), ROWS + i);
      }
      topic.flush();
      awaitLanded(landed, ROWS + UPDATES);
      List<Double> cowUpdates = new ArrayList<>();
      List<Double> morUpdates = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        cowUpdates.add(ingest("cow" + round, "copy-on-write"));
        morUpdates.add(ingest("mor" + round, "merge-on-read"));
      }
      print(ROWS + " rows, plain Parquet", parquet);
      print(ROWS + " rows, copy-on-write", cow);
      print(ROWS + " rows, merge-on-read", mor);
      print(UPDATES + " updates, copy-on-write", cowUpdates);
      print(UPDATES + " updates, merge-on-read", morUpdates);
      double share = median(parquet) / median(cow);
      System.out.printf(
          "backfill: a new table is written at %.2f x the speed of plain Parquet (bar 0.5)%n",
          share);
      assertThat(share).isGreaterThanOrEqualTo(0.5);
    } finally {
      connectors.run("delete", "backfill-sink");
    }
  }

  private static void awaitLanded(LandedTopic landed, long rows) {
    Awaitility.await("landed")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> landed.next(TOPIC, 0) == rows);
  }

  /** Seconds that {@code ingest --once} spends on its commits to one table. */
  private double ingest(String table, String type) throws Exception {
    Path config =
        Ingest.config(
            pipeline,
            "backfill-" + table,
            "- {topic: %s, database: backfill, table: %s, type: %s}\n"
                .formatted(TOPIC, table, type));
    long before = millis(config, table);
    try (Ingest run = Ingest.start(pipeline, config, "--once")) {
      run.finish();
    }
    return (millis(config, table) - before) / 1_000.0;
  }

  private static long millis(Path config, String table) throws IOException {
    Path log = config.resolveSibling(config.getFileName() + ".log");
    if (!java.nio.file.Files.exists(log)) {
      return 0;
    }
    long millis = 0;
    Matcher commits = COMMITTED.matcher(java.nio.file.Files.readString(log));
    while (commits.find()) {
      millis += commits.group(1).equals(table) ? Long.parseLong(commits.group(2)) : 0;
    }
    return millis;
  }

  /** Seconds that Spark takes to read the landed files and to write them as Parquet. */
  private double plainParquet(int round) throws Exception {
    String files =
        "avro.`s3a://%s/topics/%s/partition=0/`"
            .formatted(pipeline.env("FRESHET_S3_BUCKET"), TOPIC);
    String script =
        """
        select count(*) from (select * from %1$s limit 1000);
        select unix_millis(now()) as begun;
        create table default.plain_%2$d using parquet location 's3a://%3$s/plain/%2$d' as select * from %1$s;
        select unix_millis(now()) as ended;
        """
            .formatted(files, round, pipeline.env("FRESHET_S3_BUCKET"));
    Path log = pipeline.folder().resolve("plain-" + round + ".log");
    Process spark =
        pipeline.lake(List.of("sql", "--format", "json")).redirectError(log.toFile()).start();
    try (OutputStream in = spark.getOutputStream()) {
      in.write(script.getBytes(StandardCharsets.UTF_8));
    }
    String answers;
    try (InputStream out = spark.getInputStream()) {
      answers = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(spark.waitFor()).as(log.toString()).isZero();
    return (number(answers, "ended") - number(answers, "begun")) / 1_000.0;
  }

  private static long number(String answers, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(\\d+)").matcher(answers);
    assertThat(found.find()).as(answers).isTrue();
    return Long.parseLong(found.group(1));
  }

  private static void print(String what, List<Double> seconds) {
    System.out.printf("%-40s median %6.1f s   rounds: %s%n", what, median(seconds), seconds);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
