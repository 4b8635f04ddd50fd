package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ConnectClusterExtension.class)
class ApplyTest {
  @TempDir Path dir;
  private ConnectCluster cluster;
  private Tool tool;
  private Rest rest;

  @BeforeEach
  void point(ConnectCluster cluster) {
    this.cluster = cluster;
    tool = new Tool(cluster.url());
    rest = new Rest(cluster.url());
  }

  @AfterEach
  void deleteAll() {
    rest.deleteAll();
  }

  private Path probe(String name, String... pairs) {
    return Probe.file(dir, name, pairs);
  }

  private static String fileSource(Path input, String topic) {
    return """
        {
          "connector.class": "FileStreamSource",
          "tasks.max": 1,
          "file": "%s",
          "topic": "%s",
          "topic.creation.default.partitions": 1,
          "topic.creation.default.replication.factor": -1
        }
        """
        .formatted(input, topic);
  }

  @Test
  void createsThenLeavesUnchanged() throws IOException {
    Path input = Files.writeString(dir.resolve("lines.txt"), "one\ntwo\n");
    Path file = Files.writeString(dir.resolve("lines.json"), fileSource(input, "lines"));

    Tool.Result created = tool.run("apply", file);

    assertThat(created.err()).isEmpty();
    assertThat(created.out()).isEqualTo("lines: creating\nlines: RUNNING, 1 task\n");
    assertThat(created.exitCode()).isZero();
    assertThat(rest.state("lines")).isEqualTo("RUNNING");
    assertThat(rest.taskState("lines")).isEqualTo("RUNNING");
    assertThat(rest.get("/connectors/lines/config").get("topic").asText()).isEqualTo("lines");
    await().until(() -> rest.get("/connectors/lines/topics").toString().contains("\"lines\""));

    Tool.Result again = tool.run("apply", file);

    assertThat(again.out()).isEqualTo("lines: unchanged\nlines: RUNNING, 1 task\n");
    assertThat(again.exitCode()).isZero();
  }

  @Test
  void returnsOnlyWhenEveryTaskRunsOnTheNewConfig() throws IOException {
    Path journal = dir.resolve("journal");
    String[] slow = {
      "probe.journal",
      journal.toString(),
      "tasks.max",
      "2",
      "probe.tasks",
      "2",
      "probe.start.delay.ms",
      "600",
      "probe.stop.delay.ms",
      "400",
      "probe.generation",
      "first"
    };
    assertThat(tool.run("apply", probe("slow", slow)).exitCode()).isZero();
    assertThat(journal).hasContent("first\nfirst");

    slow[slow.length - 1] = "second";
    // Without a settling time only the tool's own care keeps the old tasks' RUNNING from counting.
    Tool.Result changed = tool.run("apply", "--settle", "0", probe("slow", slow));

    assertThat(changed.out())
        .isEqualTo(
            "slow: changing\n  ~ probe.generation: first → second\nslow: RUNNING, 2 tasks\n");
    assertThat(journal).hasContent("first\nfirst\nsecond\nsecond");
    assertThat(changed.exitCode()).isZero();
  }

  @Test
  void showsChangesWithoutSecrets() throws IOException {
    Path secrets = Files.writeString(dir.resolve("secrets.properties"), "pin=from-the-vault\n");
    tool.run(
        "apply",
        probe(
            "secretive", "probe.pin", "old-pin-1234", "probe.token", "tok-1", "probe.tasks", "1"));
    Path file =
        probe(
            "secretive",
            "probe.pin",
            "${file:" + secrets + ":pin}",
            "probe.token",
            "tok-2",
            "probe.generation",
            "at https://me:sesame@host/x");

    Tool.Result diff = tool.run("diff", file);

    String lines =
        "  + probe.generation: at https://[redacted]@host/x\n"
            + "  ~ probe.pin: [redacted] → ${file:"
            + secrets
            + ":pin}\n"
            + "  - probe.tasks: 1\n"
            + "  ~ probe.token: [redacted] → [redacted]\n";
    assertThat(diff.out()).isEqualTo("secretive: differs\n" + lines);
    assertThat(diff.exitCode()).isZero();
    assertThat(tool.run("diff", "--exit-code", file).exitCode()).isEqualTo(1);
    assertThat(tool.run("diff", "--json", file).out())
        .contains("\"name\" : \"secretive\"", "\"~ probe.token: [redacted] → [redacted]\"");
    assertThat(rest.get("/connectors/secretive/config").get("probe.token").asText())
        .as("diff changes nothing")
        .isEqualTo("tok-1");

    Tool.Result applied = tool.run("apply", file);

    assertThat(applied.out())
        .isEqualTo("secretive: changing\n" + lines + "secretive: RUNNING, 1 task\n");
    assertThat(applied.err())
        .contains("warning: secretive: probe.token stands in plain text", "${env:NAME}");
    assertThat(diff.all() + applied.all())
        .doesNotContain("old-pin", "tok-1", "tok-2", "sesame", "from-the-vault");
    assertThat(tool.run("diff", file).out()).isEqualTo("secretive: no difference\n");
  }

  @Test
  void failedTaskEndsWithItsRootCause() throws IOException {
    Path file = probe("broken", "probe.fail.task", "the disk at /x is gone");

    Tool.Result result = tool.run("apply", file);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errLines()).hasSize(1);
    assertThat(result.err())
        .startsWith("error: broken: task 0 FAILED on 127.0.0.1:")
        .endsWith(": java.lang.IllegalStateException: the disk at /x is gone\n");
    assertThat(rest.taskState("broken")).isEqualTo("FAILED");
    assertThat(tool.run("apply", "--verbose", file).err())
        .contains("the disk at /x is gone", "\tat io.freshet.connectors.probe.ProbeSourceTask");

    Tool.Result mended = tool.run("apply", probe("broken"));

    assertThat(mended.exitCode()).isZero();
    assertThat(rest.taskState("broken")).isEqualTo("RUNNING");
  }

  @Test
  void taskThatFailsSoonAfterItsStartDoesNotCountAsRunning() throws IOException {
    Path file = probe("shaky", "probe.fail.poll", "slot is in use", "probe.poll.delay.ms", "500");

    Tool.Result result = tool.run("apply", "--settle", "3s", file);

    assertThat(result.err()).contains("task 0 FAILED", "slot is in use");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void failedConnectorIsMendedByANewConfigAndTriedAgainOnTheOld() throws IOException {
    Path file = probe("stillborn", "probe.fail.connector", "no such host db1");

    Tool.Result result = tool.run("apply", file);

    assertThat(result.err())
        .startsWith("error: stillborn: the connector FAILED on 127.0.0.1:")
        .contains("no such host db1");
    assertThat(result.exitCode()).isEqualTo(1);
    Tool.Result again = tool.run("apply", file);
    assertThat(again.out()).isEqualTo("stillborn: unchanged\n");
    assertThat(again.err()).contains("no such host db1");

    Tool.Result mended = tool.run("apply", probe("stillborn"));

    assertThat(mended.all())
        .isEqualTo(
            "stillborn: changing\n  - probe.fail.connector: no such host db1\n"
                + "stillborn: RUNNING, 1 task\n");
    assertThat(rest.state("stillborn")).isEqualTo("RUNNING");
  }

  @Test
  void unchangedButStoppedOrPausedConnectorRunsAgain() throws IOException {
    Path file = probe("sleeper");
    tool.run("apply", file);

    for (String how : new String[] {"stop", "pause"}) {
      rest.send("PUT", "/connectors/sleeper/" + how, "");
      String still = "stop".equals(how) ? "STOPPED" : "PAUSED";
      await().until(() -> rest.state("sleeper").equals(still));

      Tool.Result result = tool.run("apply", file);

      assertThat(result.all()).isEqualTo("sleeper: unchanged\nsleeper: RUNNING, 1 task\n");
      assertThat(rest.taskState("sleeper")).isEqualTo("RUNNING");
    }
  }

  @Test
  void oneInvalidFileKeepsAllFromBeingApplied() throws IOException {
    Path good = probe("good");
    Path bad = probe("bad", "probe.tasks", "many");

    Tool.Result result = tool.run("apply", good, bad);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "error: bad: 1 error in "
                + bad
                + "\n  probe.tasks: many → Invalid value many for"
                + " configuration probe.tasks: Not a number of type INT\n");
    assertThat(result.out()).isEqualTo("nothing was changed\n");
    assertThat(rest.get("/connectors")).isEmpty();
  }

  @Test
  void waitsForAWorkerThatIsNotUpYetAndThroughRebalances() throws Exception {
    int port = ConnectCluster.freePort();
    Path file = probe("patient");
    StringWriter err = new StringWriter();
    Tool waiting = new Tool(URI.create("http://127.0.0.1:" + port));
    CompletableFuture<Tool.Result> run =
        CompletableFuture.supplyAsync(() -> waiting.run(err, "apply", file));
    await().until(() -> err.toString().contains("connection refused"));

    try (Gateway gateway = new Gateway(cluster, port, 3)) {
      Tool.Result result = run.get(30, TimeUnit.SECONDS);

      assertThat(result.out()).isEqualTo("patient: creating\npatient: RUNNING, 1 task\n");
      assertThat(result.exitCode()).isZero();
      assertThat(gateway.conflictsLeft()).isZero();
      assertThat(rest.state("patient")).isEqualTo("RUNNING");
    }
  }

  @Test
  void givesUpOnAnEndlessRebalance() throws Exception {
    try (Gateway gateway = new Gateway(cluster, 0, Integer.MAX_VALUE)) {
      Tool.Result result =
          new Tool(gateway.url()).run("apply", probe("unlucky"), "--timeout", "1s");

      assertThat(result.exitCode()).isEqualTo(3);
      assertThat(result.err()).contains("still busy after 1 s", "rebalance", "--timeout");
      assertThat(rest.get("/connectors")).isEmpty();
    }
  }

  @Test
  void timeoutSaysWhatStateItIsIn() throws IOException {
    Tool.Result result =
        tool.run("apply", probe("slow", "probe.start.delay.ms", "4000"), "--timeout", "1500ms");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .startsWith("error: slow: not RUNNING after 1500 ms: connector RUNNING")
        .contains("--timeout");
  }

  @Test
  void sameFileWorksWithCurl() throws Exception {
    Path input = Files.writeString(dir.resolve("in.txt"), "x\n");
    Path file = Files.writeString(dir.resolve("curled.json"), fileSource(input, "curled"));
    Process curl =
        new ProcessBuilder(
                "curl",
                "-sS",
                "-X",
                "PUT",
                "-H",
                "Content-Type: application/json",
                "--data-binary",
                "@" + file,
                cluster.url() + "/connectors/curled/config")
            .redirectErrorStream(true)
            .start();
    String answer = new String(curl.getInputStream().readAllBytes());
    assertThat(curl.waitFor()).as(answer).isZero();

    await().until(() -> rest.taskState("curled").equals("RUNNING"));

    assertThat(tool.run("apply", file).out())
        .isEqualTo("curled: unchanged\ncurled: RUNNING, 1 task\n");
  }
}
