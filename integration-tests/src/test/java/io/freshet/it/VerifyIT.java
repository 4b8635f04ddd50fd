package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * {@code verify} while PostgreSQL is written and {@code ingest} runs: it finds nothing where
 * nothing is wrong, and what was changed behind the pipeline's back, which {@code repair} mends.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyIT {
  private static final int RUNS = Integer.getInteger("freshet.verify.runs", 1);
  private static final int PER_SECOND = Integer.getInteger("freshet.verify.rate", 20);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String SCHEMA = "verified";

  private static final String TABLES =
      """
      - {topic: verify.verified.items, database: verify, table: items, type: merge-on-read, partition-by: [grp]}
      - {topic: verify.verified.notes, database: verify, table: notes, type: copy-on-write, deletes: hard}
      - {topic: verify.verified.things, database: verify, table: things, type: merge-on-read}
      """;

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private RandomChanges changes;
  private Path config;
  private Ingest ingest;

  @BeforeAll
  void start() throws Exception {
    changes = new RandomChanges(pipeline, SCHEMA, 7, PER_SECOND);
    changes.create();
    pipeline.execute(
        "create table verified.things (id int primary key, name text, note text, weight float8, at timestamptz)",
        "insert into verified.things select i, 'thing ' || i, case when i % 3 = 0 then '' end, i / 7.0, timestamptz '2024-01-01' + i * interval '1 second' from generate_series(1, 1000) i");
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            "verify",
            Map.of(
                "topic.prefix", "verify",
                "slot.name", "verify",
                "publication.name", "verify",
                "table.include.list", SCHEMA + ".*")),
        connectors.variant(
            "moma-s3-sink",
            "verify-sink",
            Map.of("topics.regex", "verify.verified.(.*)", "rotate.interval.ms", "1000")));
    config = Ingest.config(pipeline, "verify", TABLES);
    Files.writeString(
        config,
        """
        postgres:
          host: ${env:FRESHET_POSTGRES_HOST}
          port: ${env:FRESHET_POSTGRES_PORT}
          database: ${env:FRESHET_POSTGRES_DATABASE}
          user: ${env:FRESHET_POSTGRES_USER}
          password: ${env:FRESHET_POSTGRES_PASSWORD}
          slot: verify
        verify:
          bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
          mask: [things.note]
        services:
          beside-ingest: %s
        """
            // One round is over before there is much to compact.
            .formatted(RUNS > 1),
        StandardOpenOption.APPEND);
    ingest = Ingest.start(pipeline, config);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions()
        .failFast("ingest ended", () -> !ingest.isAlive())
        .until(() -> count("items") * count("notes") > 0 && count("things") == 1000);
  }

  private long count(String table) {
    return pipeline
        .sql()
        .query("select count(*) as n from verify." + table)
        .get(0)
        .get("n")
        .asLong();
  }

  @AfterAll
  void stop() throws Exception {
    if (changes != null) {
      changes.close();
    }
    if (ingest != null) {
      ingest.close();
    }
    connectors.run("delete", "verify", "verify-sink");
  }

  /** How a command ended, and what it printed for rows. */
  private record Ended(int status, List<String> lines) {
    Map<String, JsonNode> tables() throws Exception {
      Map<String, JsonNode> tables = new TreeMap<>();
      for (String line : lines) {
        JsonNode table = Connectors.JSON.readTree(line);
        tables.put(table.get("table").asText(), table);
      }
      return tables;
    }
  }

  private Ended run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--config", config.toString()));
    Path out = pipeline.folder().resolve("verify.out");
    Path log = pipeline.folder().resolve("verify.log");
    Process process =
        pipeline
            .lake(all)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isNotEqualTo(2);
    return new Ended(process.exitValue(), Files.readAllLines(out));
  }

  @Test
  void nothingIsFoundUnderLoadAndWhatIsWrongIsFoundAndMended() throws Exception {
    changes.start();
    everyRoundIsEqual();
    plant();
    Ended found = run("verify", "--json");
    assertThat(found.status()).as("%s", found).isEqualTo(1);
    Map<String, JsonNode> tables = found.tables();
    assertThat(tables).hasSize(3);
    for (String table : List.of("verify.items", "verify.notes")) {
      assertThat(tables.get(table).get("equal").asBoolean()).as("%s", tables.get(table)).isTrue();
    }
    JsonNode things = tables.get("verify.things");
    assertThat(things.get("missing").asInt()).as("%s", things).isEqualTo(1);
    assertThat(things.get("extra").asInt()).isEqualTo(1);
    assertThat(things.get("different").asInt()).isEqualTo(5);
    assertThat(things.toString()).contains("'thing 3 '").contains("***").doesNotContain("hidden");

    Ended repaired = run("repair", "--tables", "verify.things");
    assertThat(repaired.status()).as("%s", repaired).isZero();
    assertThat(ingest.log()).contains("repaired table=verify.things upserted=6 deleted=1");
    changes.requireAlive();
    assertThat(ingest.isAlive()).isTrue();
    changes.stop();
    Ended equal = run("verify", "--json", "--tables", "verify.things");
    assertThat(equal.status()).as("%s", equal).isZero();
    assertThat(equal.tables()).containsOnlyKeys("verify.things");
    ingest.stop();
  }

  private void everyRoundIsEqual() throws Exception {
    Path out = pipeline.folder().resolve("verify-rounds.out");
    Path log = pipeline.folder().resolve("verify-rounds.log");
    Process process =
        pipeline
            .lake(
                List.of(
                    "verify",
                    "--config",
                    config.toString(),
                    "--json",
                    "--every",
                    "1s",
                    "--patience",
                    "90s"))
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(3).plus(Duration.ofSeconds(240L * RUNS)))
          .pollInterval(Duration.ofSeconds(1))
          .failFast(() -> assertThat(process.isAlive()).as(Files.readString(log)).isTrue())
          .until(() -> Files.readAllLines(out).size() >= 3 * RUNS);
    } finally {
      process.destroy();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    long unsettled = 0;
    for (String line : Files.readAllLines(out)) {
      JsonNode table = Connectors.JSON.readTree(line);
      assertThat(table.get("equal").asBoolean()).as(line).isTrue();
      unsettled += table.get("unsettled").asLong();
    }
    System.out.printf(
        "verify: %d comparisons beside %d statements a second, all equal, %d keys unsettled%n",
        Files.readAllLines(out).size(), PER_SECOND, unsettled);
  }

  /** Changes that PostgreSQL does not publish. */
  private void plant() {
    pipeline.execute(
        "alter publication verify drop table verified.things",
        "insert into verified.things values (2000, 'missing in the lake', 'hidden', 1, now())",
        "delete from verified.things where id = 1",
        "update verified.things set name = 'another' where id = 2",
        "update verified.things set name = name || ' ' where id = 3",
        "update verified.things set weight = weight + 1e-16 * weight * 2 where id = 4",
        "update verified.things set at = at + interval '1 microsecond' where id = 5",
        "update verified.things set note = null where id = 6",
        "alter publication verify add table verified.things");
  }
}
