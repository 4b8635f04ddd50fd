package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.local.service.Distribution;
import io.freshet.local.service.Progress;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a user calls it, on the real parts. */
class StackIT {
  private static final List<String> PARTS =
      List.of("postgres", "kafka", "connect", "registry", "s3", "metastore");

  @TempDir private Path directory;
  private Path data;

  private record Outcome(int status, String output) {}

  @BeforeEach
  void guard() {
    data = directory.resolve("a stack");
    new Stack(data, Distribution.locate()).stopAfter(ProcessHandle.current());
  }

  @AfterEach
  void stop() {
    Stack stack = new Stack(data, Distribution.locate());
    // The guard's own down may still be at work.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(StackException.class)
        .until(
            () -> {
              stack.down(Progress.SILENT);
              return true;
            });
  }

  private Outcome freshet(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getProperty("freshet.launcher")));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FRESHET_SKIP_BUILD", "1");
    File output = Files.createTempFile(directory, "output", "").toFile();
    int status = builder.redirectOutput(output).start().waitFor();
    return new Outcome(status, Files.readString(output.toPath()));
  }

  private JsonNode status(int expected) throws Exception {
    Outcome outcome = freshet("status", "--json");
    assertThat(outcome.status()).as(outcome.output()).isEqualTo(expected);
    return new ObjectMapper().readTree(outcome.output());
  }

  private void up() throws Exception {
    Outcome outcome = freshet("up");
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }

  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses().filter(this::belongsToTheStack).toList();
  }

  private boolean belongsToTheStack(ProcessHandle process) {
    try {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      boolean zombie = Files.readString(proc.resolve("stat")).contains(") Z ");
      return !zombie && Files.readSymbolicLink(proc.resolve("cwd")).startsWith(data);
    } catch (IOException goneOrAnothers) {
      return false;
    }
  }

  @Test
  void killedPartsComeBackWithTheirData() throws Exception {
    up();
    JsonNode status = status(0);
    assertThat(status.at("/dataDir").asText()).isEqualTo(data.toString());
    try (StackClient client = new StackClient(status, data.resolve("secrets.properties"))) {
      client.write();
    }
    for (String part : PARTS) {
      JsonNode before = status(0);
      kill(before.at("/" + part + "/pid").asLong());
      assertThat(status(1).at("/" + part + "/health").asText()).as(part).isEqualTo("stopped");
      up();
      JsonNode after = status(0);
      for (String other : PARTS) {
        boolean samePid = before.at("/" + other + "/pid").equals(after.at("/" + other + "/pid"));
        assertThat(samePid)
            .as("%s after the kill of %s", other, part)
            .isEqualTo(!other.equals(part));
      }
      try (StackClient client = new StackClient(after, data.resolve("secrets.properties"))) {
        client.verify();
      }
    }
    Outcome down = freshet("down");
    assertThat(down.status()).as(down.output()).isZero();
    assertThat(down.output()).doesNotContain("killed");
    assertThat(processes()).isEmpty();
    assertThat(status(1).at("/healthy").asBoolean()).isFalse();

    up();
    JsonNode again = status(0);
    for (String part : PARTS) {
      for (String name : List.of("port", "bootstrapServers", "url", "endpoint", "uri")) {
        assertThat(again.at("/" + part + "/" + name)).isEqualTo(status.at("/" + part + "/" + name));
      }
    }
    try (StackClient client = new StackClient(again, data.resolve("secrets.properties"))) {
      client.verify();
    }
  }

  @Test
  void aPartWhoseRecordIsLostIsReplaced() throws Exception {
    assertThat(freshet("up", "--services", "s3").status()).isZero();
    long lost = status(1).at("/s3/pid").asLong();
    Files.delete(data.resolve("run/s3.properties"));
    Outcome outcome = freshet("up", "--services", "s3");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    JsonNode s3 = status(1).at("/s3");
    assertThat(s3.at("/health").asText()).isEqualTo("healthy");
    assertThat(s3.at("/pid").asLong()).isNotEqualTo(lost);
    assertThat(processes()).extracting(ProcessHandle::pid).containsExactly(s3.at("/pid").asLong());
  }

  @Test
  void aPartThatCannotStartIsShownWithTheEndOfItsLog() throws Exception {
    assertThat(freshet("up", "--services", "s3").status()).isZero();
    Files.createDirectories(data.resolve("postgres/data"));
    Files.writeString(data.resolve("postgres/data/PG_VERSION"), "9.6\n");
    Outcome outcome = freshet("up", "--services", "postgres");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output())
        .contains(
            "freshet: postgres ended while starting; log: " + data.resolve("logs/postgres.log"))
        .contains("  | ")
        .doesNotContain("\tat ");
  }

  @Test
  void dataWithoutItsSecretsIsRefused() throws Exception {
    Files.createDirectories(data.resolve("postgres/data"));
    Outcome outcome = freshet("up");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains(data.resolve("secrets.properties") + " is missing");
    assertThat(processes()).isEmpty();
  }

  @Test
  void theStackEndsWithTheProcessItIsTiedTo() throws Exception {
    assertThat(freshet("up", "--services", "s3").status()).isZero();
    Process owner = new ProcessBuilder("sleep", "600").start();
    new Stack(data, Distribution.locate()).stopAfter(owner.toHandle());
    assertThat(processes()).hasSize(1);
    owner.destroyForcibly();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(processes()).isEmpty());
  }

  private static void kill(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    assertThat(process).isPresent();
    process.get().destroyForcibly();
  }
}
