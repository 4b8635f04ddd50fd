package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** status, restart, stop and delete. */
@ExtendWith(ConnectClusterExtension.class)
class LifecycleTest {
  @TempDir Path dir;
  private Tool tool;
  private Rest rest;

  @BeforeEach
  void point(ConnectCluster cluster) {
    tool = new Tool(cluster.url());
    rest = new Rest(cluster.url());
  }

  @AfterEach
  void deleteAll() {
    rest.deleteAll();
  }

  @Test
  void statusShowsAllConnectorsAndTheCauseOfAFailure() throws IOException {
    assertThat(tool.run("status").out()).isEqualTo("no connectors\n");
    tool.run("apply", Probe.file(dir, "healthy"));
    Path broken =
        Probe.file(dir, "broken", "probe.fail.task", "login with password=hunter2 refused");
    tool.run("apply", broken);

    Tool.Result text = tool.run("status");

    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("broken  source  RUNNING  127.0.0.1:"),
            line ->
                assertThat(line)
                    .startsWith("  task 0  FAILED  127.0.0.1:")
                    .endsWith(
                        "→ java.lang.IllegalStateException: login with password=[redacted]"
                            + " refused"),
            line -> assertThat(line).startsWith("healthy  source  RUNNING  127.0.0.1:"),
            line -> assertThat(line).startsWith("  task 0  RUNNING  127.0.0.1:"));
    assertThat(text.all()).doesNotContain("\tat ");
    assertThat(tool.run("status", "--verbose", "broken").err()).contains("\tat ");

    JsonNode json = JsonMapper.builder().build().readTree(tool.run("status", "--json").out());
    assertThat(json).hasSize(2);
    assertThat(json.at("/0/name").asText()).isEqualTo("broken");
    assertThat(json.at("/0/state").asText()).isEqualTo("RUNNING");
    assertThat(json.at("/0/tasks/0/state").asText()).isEqualTo("FAILED");
    assertThat(json.at("/0/tasks/0/cause").asText()).contains("password=[redacted]");
    assertThat(json.at("/1/tasks/0/state").asText()).isEqualTo("RUNNING");
    assertThat(json.at("/1/tasks/0").has("cause")).isFalse();
    assertThat(tool.run("status", "healthy").exitCode()).isZero();
    assertThat(tool.run("status", broken).exitCode()).isEqualTo(1);
  }

  @Test
  void restartRunsNewTasksAndReportsTheirFailure() {
    Path journal = dir.resolve("journal");
    Path file =
        Probe.file(dir, "again", "probe.journal", journal.toString(), "probe.generation", "run");
    tool.run("apply", file);

    Tool.Result result = tool.run("restart", "again");

    assertThat(result.all()).isEqualTo("again: restarting\nagain: RUNNING, 1 task\n");
    assertThat(result.exitCode()).isZero();
    assertThat(journal).hasContent("run\nrun");

    tool.run("apply", Probe.file(dir, "again", "probe.fail.task", "still no disk"));
    Tool.Result failing = tool.run("restart", file);
    assertThat(failing.err()).contains("again: task 0 FAILED", "still no disk");
    assertThat(failing.exitCode()).isEqualTo(1);
  }

  @Test
  void stopLeavesNoTaskRunning() {
    Path file = Probe.file(dir, "halted", "tasks.max", "2", "probe.tasks", "2");
    tool.run("apply", file);

    Tool.Result result = tool.run("stop", file);

    assertThat(result.all()).isEqualTo("halted: STOPPED\n");
    assertThat(result.exitCode()).isZero();
    assertThat(rest.state("halted")).isEqualTo("STOPPED");
    assertThat(rest.get("/connectors/halted/status").get("tasks")).isEmpty();
    assertThat(tool.run("status", "halted").out()).startsWith("halted  source  STOPPED");

    assertThat(tool.run("restart", "halted").exitCode()).isZero();
    assertThat(rest.taskState("halted")).isEqualTo("RUNNING");
  }

  @Test
  void deleteLeavesNothing() {
    tool.run("apply", Probe.file(dir, "gone"));

    Tool.Result result = tool.run("delete", "gone");

    assertThat(result.all()).isEqualTo("gone: deleted\n");
    assertThat(result.exitCode()).isZero();
    assertThat(rest.send("GET", "/connectors/gone/status", "").statusCode()).isEqualTo(404);
    assertThat(rest.get("/connectors")).isEmpty();
  }

  @Test
  void missingConnectorIsNamedWithTheNearest() {
    tool.run("apply", Probe.file(dir, "moma-source"));

    for (String command : new String[] {"status", "restart", "stop", "delete"}) {
      Tool.Result result = tool.run(command, "moma-surce");

      assertThat(result.err())
          .isEqualTo("error: moma-surce: no such connector; did you mean 'moma-source'?\n");
      assertThat(result.exitCode()).isEqualTo(1);
    }
    await().until(() -> rest.taskState("moma-source").equals("RUNNING"));
    Tool.Result both = tool.run("stop", "nobody-knows-it", "moma-source");
    assertThat(both.err()).contains("nobody-knows-it: no such connector; there are: moma-source");
    assertThat(both.out()).isEqualTo("moma-source: STOPPED\n");
    assertThat(both.exitCode()).isEqualTo(1);
  }
}
