package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a user who mistypes sees: one clear line with the fix, a status that is not 0. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private static final String TABLES =
      """
      - topic: moma.public.artists
        database: bad
        table: artists
      """;

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  private record Outcome(int status, String output) {}

  @BeforeAll
  void sourceTable() {
    pipeline.execute("create table if not exists bad_input (id int primary key)");
  }

  @Test
  void unknownYamlKey() throws Exception {
    Path config = Ingest.config(pipeline, "bad-key", TABLES + "  partition_by: [nationality]\n");
    assertOneLine(
        freshet("ingest", "--config", config.toString(), "--once"),
        2,
        "unknown key tables[0].partition_by; did you mean 'partition-by'?");
  }

  @Test
  void missingConfigFile() throws Exception {
    assertOneLine(
        freshet("ingest", "--config", "/nowhere/lake.yaml"), 2, "there is no config file /nowhere");
  }

  @Test
  void topicOfNoTable() throws Exception {
    Path config =
        Ingest.config(pipeline, "bad-topic", TABLES.replace("artists\n  d", "artist\n  d"));
    assertOneLine(
        freshet("ingest", "--config", config.toString(), "--once"),
        1,
        "bad.artists reads topic 'moma.public.artist'");
  }

  @Test
  void missingLakeTable() throws Exception {
    assertOneLine(
        freshet("sql", "select * from moma_nowhere.artists"), 1, "`moma_nowhere`.`artists`");
  }

  @Test
  void unreachableRegistry() throws Exception {
    Path config = Ingest.config(pipeline, "bad-registry", TABLES);
    replace(config, "${env:FRESHET_REGISTRY_URL}", "http://127.0.0.1:9");
    assertOneLine(
        freshet("ingest", "--config", config.toString(), "--once"),
        1,
        "registry http://127.0.0.1:9 can't be reached");
  }

  @Test
  void missingBucketOfTheLandingLog() throws Exception {
    Path config = Ingest.config(pipeline, "bad-bucket", TABLES);
    replace(config, "root: s3a://${env:FRESHET_S3_BUCKET}", "root: s3a://no-such-bucket");
    assertOneLine(
        freshet("ingest", "--config", config.toString(), "--once"),
        1,
        "bucket 'no-such-bucket' does not exist; create it, or mend source.root");
  }

  @Test
  void missingBucketOfTheSink() throws Exception {
    Path config =
        connectors.variant("moma-s3-sink", "bad-sink", Map.of("s3.bucket.name", "no-such-bucket"));
    assertRefused(freshet("connectors", "apply", config.toString()), "no-such-bucket");
  }

  @Test
  void wrongDatabasePassword() throws Exception {
    Path config =
        connectors.variant(
            "moma-postgres-source", "bad-source", Map.of("database.password", "not-the-password"));
    Outcome outcome = freshet("connectors", "apply", config.toString());
    assertRefused(outcome, "password authentication failed");
    assertThat(outcome.output()).doesNotContain("not-the-password");
  }

  @Test
  void invalidConnectorConfig() throws Exception {
    Map<String, String> changes = new HashMap<>();
    changes.put("flush.size", "many");
    changes.put("rotate.intervall.ms", "1000");
    Path config = connectors.variant("moma-s3-sink", "bad-config", changes);
    Outcome outcome = freshet("connectors", "apply", config.toString());
    assertRefused(outcome, "flush.size");
    assertThat(outcome.output()).contains("rotate.interval.ms");
  }

  @Test
  void connectorsOfAStackThatDoesNotRun() throws Exception {
    String elsewhere = pipeline.folder().resolve("no-stack").toString();
    assertOneLine(
        freshet("connectors", "status", "--data", elsewhere),
        1,
        "not running: connect; start with: freshet up --data " + elsewhere);
  }

  private static void replace(Path config, String what, String by) throws IOException {
    String text = Files.readString(config);
    assertThat(text).contains(what);
    Files.writeString(config, text.replace(what, by));
  }

  private static void assertOneLine(Outcome outcome, int status, String text) {
    assertThat(outcome.output().strip().lines()).as(outcome.output()).hasSize(1);
    assertThat(outcome.output()).contains(text);
    assertThat(outcome.status()).isEqualTo(status);
  }

  /** The tool names the connector, then one line for each wrong key. */
  private static void assertRefused(Outcome outcome, String text) {
    assertThat(outcome.output()).contains(text).doesNotContain("\tat ");
    assertThat(outcome.output().strip().lines()).as(outcome.output()).hasSizeLessThan(6);
    assertThat(outcome.status()).isEqualTo(1);
  }

  private Outcome freshet(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("freshet.root"), "deploy/local/freshet").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FRESHET_SKIP_BUILD", "1");
    builder.environment().put("FRESHET_DATA", pipeline.stack().data().root().toString());
    Path output = Files.createTempFile(pipeline.folder(), "freshet-", ".out");
    Process process = builder.redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(Files.readString(output)).isTrue();
    return new Outcome(process.exitValue(), Files.readString(output));
  }
}
