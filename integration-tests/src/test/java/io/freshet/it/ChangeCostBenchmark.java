package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Part;
import io.freshet.local.service.PartStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What a change costs each part on its way from PostgreSQL into the lake, by the CPU time of the
 * part's processes: updates of four tables, as fast as they go, while {@code ingest} runs. The
 * figures of deploy/SIZING.md are from here.
 */
class ChangeCostBenchmark {
  private static final int TABLES = 4;
  private static final int ROWS = 20_000;
  private static final int CHANGES = Integer.getInteger("freshet.cost.changes", 200_000);
  private static final int PER_TRANSACTION = 100;
  private static final List<Part> PARTS = List.of(Part.KAFKA, Part.CONNECT);
  private static final Pattern BYTES =
      Pattern.compile(": commit table=cost\\.\\S+ .*? bytes=(\\d+) ");
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void updates() throws Exception {
    pipeline.execute("create schema cost");
    for (int table = 0; table < TABLES; table++) {
      pipeline.execute(
          "create table cost.t%d (id int primary key, customer int, product text, note text, price numeric(12,2), tax numeric(12,4), sold timestamptz, paid timestamptz, doc jsonb, amount bigint, country text, rate double precision)"
              .formatted(table),
          "insert into cost.t%d select i, i %% 1000, 'product ' || i %% 500, 'a note of some length for the sale ' || i, i / 100.0, i / 1000.0, timestamptz '2020-01-01' + i * interval '1 s', null, jsonb_build_object('channel', 'web', 'visit', i), i * 7::bigint, (array['FR','DE','US','BR'])[1 + i %% 4], i / 3.0 from generate_series(0, %d) i"
              .formatted(table, ROWS - 1));
    }
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            "cost-source",
            Map.of(
                "topic.prefix", "cost",
                "slot.name", "cost",
                "publication.name", "cost",
                "table.include.list", "cost.*")),
        connectors.variant(
            "moma-s3-sink", "cost-sink", Map.of("topics.regex", "cost\\.cost\\..*")));
    Path config =
        Ingest.config(
            pipeline,
            "cost",
            "- {include: [cost.cost.*], database: cost, table: \"{table}\", type: merge-on-read}\n");
    try (LandedTopic landed = new LandedTopic(pipeline, "topics");
        Ingest ingest = Ingest.start(pipeline, config)) {
      awaitLanded(landed, ROWS);
      awaitCommitted(ingest, landed);
      measure(landed, ingest);
      ingest.stop();
    } finally {
      connectors.run("delete", "cost-source", "cost-sink");
    }
  }

  private void measure(LandedTopic landed, Ingest ingest) throws Exception {
    Map<Part, Duration> before = new EnumMap<>(Part.class);
    PARTS.forEach(part -> before.put(part, cpu(part)));
    Duration job = ingest.cpu();
    long commits = ingest.commits();
    int logged = ingest.log().length();
    long began = System.nanoTime();
    for (int i = 0; i < CHANGES / PER_TRANSACTION; i++) {
      pipeline.execute(
          "update cost.t%d set price = price + 0.01, paid = now(), amount = amount + 1 where id between %d and %d"
              .formatted(
                  i % TABLES,
                  i / TABLES * PER_TRANSACTION % ROWS,
                  i / TABLES * PER_TRANSACTION % ROWS + PER_TRANSACTION - 1));
    }
    awaitLanded(landed, ROWS + CHANGES / TABLES);
    double land = (System.nanoTime() - began) / 1e9;
    awaitCommitted(ingest, landed);
    double all = (System.nanoTime() - began) / 1e9;
    double lake = micros(job, ingest.cpu());
    System.out.printf(
        "change cost: %,d changes of %d tables, landed after %.1f s, in the lake after %.1f s, %d commits%n",
        CHANGES, TABLES, land, all, ingest.commits() - commits);
    for (Part part : PARTS) {
      System.out.printf(
          "change cost: CPU of %-8s %6.1f us a change%n",
          part, micros(before.get(part), cpu(part)));
    }
    System.out.printf("change cost: CPU of %-8s %6.1f us a change%n", "lake job", lake);
    long bytes =
        BYTES
            .matcher(ingest.log().substring(logged))
            .results()
            .mapToLong(found -> Long.parseLong(found.group(1)))
            .sum();
    System.out.printf("change cost: %d bytes landed a change%n", bytes / CHANGES);
    printSizes();
    // A part that is read wrongly would cost nothing.
    assertThat(lake).isPositive();
    assertThat(micros(before.get(Part.CONNECT), cpu(Part.CONNECT))).isPositive();
  }

  /** What the tables take in the store: the files that a query reads, and the ones kept besides. */
  private void printSizes() {
    try (S3Client s3 = PipelineStore.client(pipeline)) {
      String bucket = pipeline.env("FRESHET_S3_BUCKET");
      long base = 0;
      long logs = 0;
      long timeline = 0;
      for (S3Object object :
          s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix("warehouse/cost/")).contents()) {
        if (object.key().contains("/.hoodie/")) {
          timeline += object.size();
        } else if (object.key().endsWith(".parquet")) {
          base += object.size();
        } else {
          logs += object.size();
        }
      }
      System.out.printf(
          "change cost: %d tables of %,d rows: %,d bytes of base files, %,d of log files, %,d of timeline%n",
          TABLES, ROWS, base, logs, timeline);
    }
  }

  private static double micros(Duration before, Duration after) {
    return after.minus(before).toNanos() / 1_000.0 / CHANGES;
  }

  private Duration cpu(Part part) {
    PartStatus status =
        pipeline.stack().status().stream().filter(s -> s.part() == part).findFirst().orElseThrow();
    ProcessHandle process = ProcessHandle.of(status.pid().orElseThrow()).orElseThrow();
    return Stream.concat(Stream.of(process), process.descendants())
        .flatMap(each -> each.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static void awaitLanded(LandedTopic landed, long each) {
    Awaitility.await("landed")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> topics().allMatch(topic -> landed.next(topic, 0) >= each));
  }

  private static void awaitCommitted(Ingest ingest, LandedTopic landed) {
    Awaitility.await("committed")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              String log = ingest.log();
              return IntStream.range(0, TABLES)
                  .allMatch(
                      table ->
                          log.lines()
                              .anyMatch(
                                  line ->
                                      line.contains("commit table=cost.t" + table + " ")
                                          && line.endsWith(
                                              "position={\"0\":"
                                                  + landed.next("cost.cost.t" + table, 0)
                                                  + "}")));
            });
  }

  private static Stream<String> topics() {
    return IntStream.range(0, TABLES).mapToObj(table -> "cost.cost.t" + table);
  }
}
