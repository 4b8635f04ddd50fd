package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.job.TestLog;
import io.freshet.lake.job.TestRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as an operator uses it, around a run of ingest. */
class QuarantineCommandTest {
  @TempDir Path folder;

  private String run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    assertThat(command.execute(arguments)).as("%s", err).isZero();
    return out.toString();
  }

  @Test
  void recordsAreListedShownAndReplayed() throws Exception {
    Schema text = Schema.create(Schema.Type.STRING);
    text.addProp("connect.name", "io.debezium.time.ZonedTimestamp");
    Schema artist =
        TestLog.artist(SchemaBuilder.record("Value").fields().name("seen").type(text).noDefault());
    TestLog log = new TestLog(folder.resolve("topics"), "moma.public.artists");
    Map<String, Object> never = Map.of("seen", "never");
    Map<String, Object> once = new HashMap<>(Map.of("seen", "2024-02-29T12:00:00Z"));
    log.change(artist, "c", 1, "private name", null, null, null, never);
    log.change(artist, "c", 2, "B", null, null, null, once);
    log.land();
    Path config = folder.resolve("lake.yaml");
    try (TestRegistry registry = new TestRegistry()) {
      Files.writeString(
          config,
          """
          lake:
            warehouse: %s
          source:
            root: %s
          registry: %s
          defaults:
            quarantine:
              max-records: 5
          tables:
            - topic: moma.public.artists
              database: moma
              table: artists
          """
              .formatted(
                  folder.resolve("warehouse").toUri(),
                  folder.resolve("topics").toUri(),
                  registry.uri()));
      String file = config.toString();
      assertThat(run("quarantine", "list", "--config", file)).contains("nothing is in quarantine");
      run("ingest", "--once", "--config", file);

      assertThat(run("quarantine", "list", "--config", file).lines())
          .containsExactly(
              "TABLE         TOPIC                PARTITION  OFFSET  REASON",
              "moma.artists  moma.public.artists  0          0       the value of column seen does not fit in TIMESTAMP (DateTimeParseException)");
      assertThat(run("quarantine", "list", "--config", file, "--offset", "1"))
          .contains("nothing is in quarantine");
      assertThat(run("quarantine", "list", "--config", file, "--json", "--table", "moma.artists"))
          .startsWith("{\"table\":\"moma.artists\",\"topic\":\"moma.public.artists\"");
      assertThat(run("quarantine", "show", "--config", file))
          .contains("kafka_timestamp: 2023-11-14T22:13:20Z")
          .doesNotContain("private name", "raw");
      assertThat(run("quarantine", "show", "--config", file, "--show-values"))
          .contains("private name", "raw: ");

      log.change(artist, "u", 1, "private name", null, null, null, once);
      log.land();
      assertThat(run("quarantine", "replay", "--config", file, "--wait", "0"))
          .contains("moma.artists: 1 records asked for");
      run("ingest", "--once", "--config", file);
      assertThat(run("quarantine", "list", "--config", file))
          .as("the replay came before the change that has the value")
          .contains("moma.artists  moma.public.artists  0");
      run("quarantine", "replay", "--config", file, "--wait", "0");
      run("ingest", "--once", "--config", file);
      assertThat(run("quarantine", "list", "--config", file)).contains("nothing is in quarantine");
    }
  }
}
