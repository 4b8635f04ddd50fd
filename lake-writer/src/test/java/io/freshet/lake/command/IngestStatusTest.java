package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.job.TestLog;
import io.freshet.lake.job.TestRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ingest} as a process of its own, and {@code status} as its user runs it. */
class IngestStatusTest {
  private static final String TOPIC = "moma.public.artists";

  @TempDir Path folder;
  private TestRegistry registry;
  private TestLog log;
  private Path config;
  private Path copy;
  private Path output;
  private Process ingest;
  private int exit;

  @BeforeEach
  void configure() throws IOException {
    registry = new TestRegistry();
    log = new TestLog(folder.resolve("topics"), TOPIC);
    output = folder.resolve("ingest.log");
    config = folder.resolve("lake.yaml");
    Files.writeString(
        config,
        """
        lake:
          warehouse: %s
        source:
          root: %s
          poll-interval-ms: 100
        registry: %s
        tables:
          - topic: moma.public.artists
            database: moma
            table: t
        """
            .formatted(
                folder.resolve("warehouse").toUri(),
                folder.resolve("topics").toUri(),
                registry.uri()));
    copy = Files.copy(config, folder.resolve("copy.yaml"));
  }

  @AfterEach
  void end() {
    if (ingest != null) {
      ingest.destroyForcibly();
    }
    registry.close();
  }

  /** Runs it for five minutes at most, also where these tests are killed meanwhile. */
  private void start(boolean terminal, String... arguments) throws IOException {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Djdk"))
        .forEach(java::add);
    java.add("-Xmx1g");
    java.add("-cp");
    java.add(System.getProperty("java.class.path"));
    java.add(Main.class.getName());
    java.addAll(List.of("ingest", "--config", config.toString()));
    java.addAll(List.of(arguments));
    List<String> command = new ArrayList<>(List.of("timeout", "300"));
    command.addAll(
        terminal ? List.of("script", "-qec", String.join(" ", java), "/dev/null") : java);
    ingest =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  private String status(String... arguments) {
    return run("status", arguments);
  }

  private String run(String name, String... arguments) {
    StringWriter out = new StringWriter();
    List<String> command = new ArrayList<>(List.of(name, "--config", config.toString()));
    command.addAll(List.of(arguments));
    exit =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(command.toArray(String[]::new));
    return out.toString();
  }

  /** What the job says, asked with another config file: its own can't be read just then. */
  private String running() throws IOException {
    Path own = config;
    try {
      String url =
          Files.readString(output)
              .lines()
              .filter(line -> line.contains("status url="))
              .findFirst()
              .orElseThrow()
              .replaceFirst(".*status url=", "");
      config = copy;
      return status("--url", url);
    } finally {
      config = own;
    }
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(status("--json"));
  }

  @Test
  void aRunningJobIsAskedAndOneThatEndedIsReadFromItsTables() throws Exception {
    log.change("c", 1, "A", "French", 1, null).land();
    start(false);
    Awaitility.await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> json().at("/tables/0/rowsWritten").asLong() == 1);
    assertThat(status())
        .startsWith("ingest running since ")
        .containsPattern("moma\\.t +running +0 \\(0 B\\) ");
    assertThat(exit).isZero();

    String valid = Files.readString(config);
    Files.writeString(config, valid.replace("table: t", "table: t\n    delets: hard"));
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> running().contains("the changed config is not followed: "));
    assertThat(running()).contains("tables[0].delets; did you mean 'deletes'?");
    Files.writeString(
        config, valid + "  - {topic: moma.public.artists, database: moma, table: more}\n");
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> json().at("/tables/1/rowsWritten").asLong() == 1);
    assertThat(json().at("/config/refused")).isEmpty();
    Files.writeString(config, valid);

    ingest.destroy();
    assertThat(ingest.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(output))
        .contains("commit table=moma.t segments=1 rows=1 ")
        .contains("status url=http://127.0.0.1:")
        .doesNotContain("\033")
        .doesNotContain("rows, ");

    log.skip(2).change("u", 1, "B", "French", 1, null).land();
    JsonNode status = json();
    assertThat(status.path("state").asText()).isEqualTo("not-running");
    JsonNode table = status.at("/tables/0");
    assertThat(table.path("state").asText()).isEqualTo("unknown");
    assertThat(table.path("position")).hasToString("{\"0\":1}");
    assertThat(table.path("lagPositions").asLong()).isEqualTo(3);
    assertThat(table.path("lagBytes").asLong()).isEqualTo(Files.size(log.newest()));
    assertThat(table.path("newestSourceAt").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(table.has("lastCommitAt")).isTrue();
    assertThat(table.path("quarantined").asLong(-1)).isZero();
    assertThat(table.at("/files/groups").asLong()).isEqualTo(1);
    assertThat(run("ingest", "--dry-run"))
        .contains("reads from position {\"0\":1}, 3 positions to read");
    assertThat(exit).isZero();
    assertThat(status()).startsWith("ingest not running, source ").contains("moma.t  unknown  3 (");
    assertThat(exit).isZero();
    assertThat(status("--url", "http://127.0.0.1:1")).contains("no ingest answers at http://127");
    assertThat(exit).isEqualTo(1);
  }

  @Test
  void aTerminalShowsProgress() throws Exception {
    log.change("c", 1, "A", "French", 1, null).land();
    start(true, "--once");
    assertThat(ingest.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(output)).contains("\r\033[2K").contains("1 table | 1 rows, ");
  }
}
