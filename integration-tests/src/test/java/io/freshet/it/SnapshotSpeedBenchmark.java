package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A bulk snapshot of a table against Debezium's initial snapshot, the sink and {@code ingest} of
 * the same one, on the same machine. Both are timed from their start to the last row's commit, the
 * start of their processes included.
 */
class SnapshotSpeedBenchmark {
  private static final long ROWS = Long.getLong("freshet.snapshot.rows", 2_000_000L);
  private static final Duration PATIENCE = Duration.ofMinutes(60);
  private static final Pattern LOADED = Pattern.compile("loaded table=speed\\.bulk rows=(\\d+) ");

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void bulkAndStreamed() throws Exception {
    pipeline.execute(
        "create schema speed",
        "create table speed.sales (id int primary key, customer int, product text, note text, price numeric(12,2), tax numeric(12,4), sold timestamptz, paid timestamptz, doc jsonb, amount bigint, country text, rate double precision)",
        "insert into speed.sales select i, i %% 100000, 'product ' || i %% 5000, 'a note of some length for the sale ' || i, i / 100.0, i / 1000.0, timestamptz '2020-01-01' + i * interval '1 s', case when i %% 3 > 0 then timestamptz '2020-01-02' + i * interval '1 s' end, jsonb_build_object('channel', 'web', 'visit', i), i * 7::bigint, (array['FR','DE','US','BR'])[1 + i %% 4], i / 3.0 from generate_series(1, %d) i"
            .formatted(ROWS),
        "vacuum analyze speed.sales");
    double bulk = bulk();
    double streamed = streamed();
    System.out.printf(
        "snapshot: %,d rows in %.1f s; Debezium, sink and ingest: %.1f s; %.1f x (bar 8)%n",
        ROWS, bulk, streamed, streamed / bulk);
    assertThat(streamed / bulk).isGreaterThanOrEqualTo(8);
  }

  private double bulk() throws Exception {
    Path config =
        Ingest.config(
            pipeline,
            "speed-bulk",
            "- {topic: bulk.speed.sales, database: speed, table: bulk, type: merge-on-read}\n");
    Files.writeString(
        config,
        Files.readString(config)
            + """
            postgres:
              host: ${env:FRESHET_POSTGRES_HOST}
              port: ${env:FRESHET_POSTGRES_PORT}
              database: ${env:FRESHET_POSTGRES_DATABASE}
              user: ${env:FRESHET_POSTGRES_USER}
              password: ${env:FRESHET_POSTGRES_PASSWORD}
              topic-prefix: bulk
              slot: bulk
              tables: [speed.sales]
            """);
    long began = System.nanoTime();
    try (Ingest job =
        Ingest.start(
            pipeline.lake(List.of("snapshot", "--config", config.toString())),
            pipeline.folder().resolve("speed-bulk.log"))) {
      Awaitility.await("the snapshot").atMost(PATIENCE).until(() -> !job.isAlive());
      job.finish();
      Matcher loaded = LOADED.matcher(job.log());
      assertThat(loaded.find()).as(job.log()).isTrue();
      assertThat(Long.parseLong(loaded.group(1))).isEqualTo(ROWS);
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private double streamed() throws Exception {
    Path config =
        Ingest.config(
            pipeline,
            "speed-streamed",
            "- {topic: streamed.speed.sales, database: speed, table: streamed, type: merge-on-read}\n");
    long began = System.nanoTime();
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            "speed-source",
            Map.of(
                "topic.prefix", "streamed",
                "slot.name", "streamed",
                "publication.name", "streamed",
                "table.include.list", "speed.sales")),
        connectors.variant(
            "moma-s3-sink", "speed-sink", Map.of("topics.regex", "streamed\\.speed\\..*")));
    try (LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      // Its key's schema is registered then.
      Awaitility.await("first rows")
          .atMost(PATIENCE)
          .until(() -> landed.next("streamed.speed.sales", 0) > 0);
      return awaitAll(landed, config, began);
    } finally {
      connectors.run("delete", "speed-source", "speed-sink");
    }
  }

  private double awaitAll(LandedTopic landed, Path config, long began) throws Exception {
    try (Ingest job = Ingest.start(pipeline, config)) {
      Awaitility.await("all rows")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(
              () ->
                  job.log()
                          .contains(
                              "position={\"0\":" + landed.next("streamed.speed.sales", 0) + "}")
                      && landed.next("streamed.speed.sales", 0) >= ROWS);
      double seconds = (System.nanoTime() - began) / 1e9;
      job.stop();
      return seconds;
    }
  }
}
