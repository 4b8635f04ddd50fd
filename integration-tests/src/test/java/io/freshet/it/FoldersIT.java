package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A topic whose partition is spread over folders of time is one log to the lake. */
class FoldersIT {
  private static final List<String> COLUMNS = List.of("id", "visitor", "note");
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void aPartitionSpreadOverFoldersIsReadWholeAndInOrder() throws Exception {
    pipeline.execute(
        "create table visits (id int primary key, visitor int not null, note text)",
        "insert into visits select i, i % 7, 'came' from generate_series(1, 2000) i");
    connectors.run("apply", source(), sink());
    Path config =
        Ingest.config(
            pipeline,
            "visits",
            """
            - topic: visits.public.visits
              database: visits
              table: mor
              type: merge-on-read
              deletes: hard
            """);
    try (Ingest ingest = Ingest.start(pipeline, config)) {
      for (int round = 1; round <= 4; round++) {
        pipeline.execute(
            "update visits set note = 'round %d' where id %% 4 = %d".formatted(round, round - 1),
            "delete from visits where id %% 50 = %d".formatted(round),
            "insert into visits values (%d, 0, 'last')".formatted(1_000_000 + round));
        int last = 1_000_000 + round;
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> has(last));
      }
      ingest.stop();
    }
    assertThat(Rows.ofLake(pipeline, "visits.mor", COLUMNS))
        .isEqualTo(Rows.ofPostgres(pipeline, "visits", COLUMNS));
    connectors.run("delete", "visits-source", "visits-sink");
  }

  private Path source() throws Exception {
    return connectors.variant(
        "moma-postgres-source",
        "visits-source",
        Map.of(
            "topic.prefix", "visits",
            "table.include.list", "public.visits",
            "slot.name", "visits",
            "publication.name", "visits"));
  }

  private Path sink() throws Exception {
    return connectors.variant(
        "moma-s3-sink",
        "visits-sink",
        Map.of(
            "topics.regex", "visits\\.public\\.(.*)",
            "partitioner.class", "TimeBasedPartitioner",
            "path.format", "'at'=HH/'second'=mm.ss",
            "partition.duration.ms", "1000",
            "timestamp.extractor", "Record",
            "rotate.interval.ms", "3000"));
  }

  private boolean has(int id) {
    return Rows.ofQuery(pipeline, "show databases like 'visits'", List.of("namespace"))
            .contains("visits")
        && Rows.ofQuery(pipeline, "show tables in visits", List.of("tableName")).contains("mor")
        && Rows.ofQuery(pipeline, "select id from visits.mor where id = " + id, List.of("id"))
            .contains(Integer.toString(id));
  }
}
