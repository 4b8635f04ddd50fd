package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ConnectClusterExtension.class)
class ValidateTest {
  @TempDir Path dir;
  private Tool tool;
  private Rest rest;

  @BeforeEach
  void point(ConnectCluster cluster) {
    tool = new Tool(cluster.url());
    rest = new Rest(cluster.url());
  }

  @Test
  void validConfigChangesNothing() {
    Tool.Result result = tool.run("validate", Probe.file(dir, "fine"));

    assertThat(result.all()).isEqualTo("fine: valid\n");
    assertThat(result.exitCode()).isZero();
    assertThat(rest.get("/connectors")).isEmpty();
  }

  @Test
  void printsEveryError() {
    Path file = Probe.file(dir, "bad", "probe.tasks", "many", "tasks.max", "0", "topics", "x");

    Tool.Result result = tool.run("validate", file);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errLines())
        .contains(
            "error: bad: 2 errors in " + file,
            "  tasks.max: 0 → Invalid value 0 for configuration tasks.max: Value must be at least"
                + " 1",
            "  probe.tasks: many → Invalid value many for configuration probe.tasks: Not a number"
                + " of type INT");
  }

  @Test
  void unknownClassNamesTheNearest() {
    Path typo = config("typo", "io.freshet.connectors.probe.ProbeSuorceConnector");
    Path foreign = config("foreign", "com.example.ElasticSink");

    Tool.Result near = tool.run("validate", typo);
    Tool.Result far = tool.run("validate", foreign);

    assertThat(near.err())
        .contains(
            "connector.class: io.freshet.connectors.probe.ProbeSuorceConnector → no such connector"
                + " class on the worker; did you mean"
                + " io.freshet.connectors.probe.ProbeSourceConnector?");
    assertThat(far.err())
        .contains("com.example.ElasticSink → no such connector class", "plugin.path")
        .contains("org.apache.kafka.connect.file.FileStreamSinkConnector");
    assertThat(near.exitCode()).isEqualTo(1);
  }

  @Test
  void missingClassIsNamed() throws IOException {
    Path file = Files.writeString(dir.resolve("nothing.json"), "{\"tasks.max\": 1}");

    assertThat(tool.run("validate", file).err())
        .contains("connector.class: (not set) → name the connector's class; installed are: ");
  }

  @Test
  void misspeltKeyIsAWarning() {
    Tool.Result result = tool.run("validate", Probe.file(dir, "typo", "probe.jurnal", "/x"));

    assertThat(result.err())
        .isEqualTo(
            "warning: typo: probe.jurnal is not a key that the connector defines; did you mean"
                + " probe.journal?\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void placeholderThatTheWorkerDoesNotResolveIsAnError() {
    Path file =
        Probe.file(
            dir,
            "unresolved",
            "probe.tasks",
            "${env:FRESHET_NO_SUCH_NUMBER}",
            "probe.journal",
            "${vault:path:NO_SUCH}");

    Tool.Result result = tool.run("validate", file);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains(
            "probe.tasks: ${env:FRESHET_NO_SUCH_NUMBER} → the Connect worker does not resolve"
                + " ${env:FRESHET_NO_SUCH_NUMBER}: set FRESHET_NO_SUCH_NUMBER in the worker's"
                + " environment, and have 'env' in its config.providers")
        .contains("probe.journal: ${vault:path:NO_SUCH} → the Connect worker does not resolve");
  }

  @Test
  void missingEnvironmentIsFoundUnderKeysThatNobodyDefines() {
    Path file =
        Probe.file(
            dir,
            "unknown",
            "value.converter.registry.url",
            "${env:FRESHET_NO_SUCH_URL}/apis",
            "value.converter.registry.password",
            "${env:FRESHET_NO_SUCH_PASSWORD}");

    Tool.Result result = tool.run("validate", file);

    assertThat(result.errLines())
        .containsExactly(
            "error: unknown: 1 error in " + file,
            "  value.converter.registry.url: ${env:FRESHET_NO_SUCH_URL}/apis → the Connect worker"
                + " does not resolve ${env:FRESHET_NO_SUCH_URL}: set FRESHET_NO_SUCH_URL in the"
                + " worker's environment, and have 'env' in its config.providers");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void unresolvedPlaceholderIsFoundInTheErrorOfAnotherKey() {
    Path file =
        Probe.file(
            dir,
            "login",
            "probe.journal",
            "${file:/dev/null:absent}",
            "probe.token",
            "${file:/dev/null:absent}");

    Tool.Result result = tool.run("validate", file);

    assertThat(result.err())
        .contains("check that '/dev/null:absent' exists on the worker", "'file'");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void valuesThatTheWorkerResolvedAreNotPrinted() throws IOException {
    Path secrets =
        Files.writeString(
            dir.resolve("secrets.properties"), "token=sesame-open-yourself\nplain=vaulted-text\n");
    Path file =
        Probe.file(
            dir,
            "secretive",
            "probe.token",
            "${file:" + secrets + ":token}",
            "probe.tasks",
            "${file:" + secrets + ":plain}");
    JsonNode raw =
        JsonMapper.builder()
            .build()
            .readTree(
                rest.send(
                        "PUT",
                        "/connector-plugins/ProbeSource/config/validate",
                        Files.readString(file))
                    .body());
    assertThat(raw.toString())
        .as("Connect's own answer holds them, else this test shows nothing")
        .contains("sesame-open-yourself", "vaulted-text");

    for (String option : new String[] {"--verbose", "--json"}) {
      Tool.Result result = tool.run("validate", option, file);

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.all())
          .contains("longer than 10 characters", "${file:" + secrets + ":token}")
          .doesNotContain("sesame")
          .doesNotContain("vaulted-text");
    }
  }

  @Test
  void jsonTellsErrorsByKey() throws IOException {
    Tool.Result result =
        tool.run("validate", "--json", Probe.file(dir, "bad", "probe.tasks", "many"));

    JsonNode report = JsonMapper.builder().build().readTree(result.out()).get(0);
    assertThat(report.get("name").asText()).isEqualTo("bad");
    assertThat(report.get("valid").asBoolean()).isFalse();
    assertThat(report.at("/errors/0/key").asText()).isEqualTo("probe.tasks");
    assertThat(report.at("/errors/0/value").asText()).isEqualTo("many");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private Path config(String name, String connectorClass) {
    try {
      return Files.writeString(
          dir.resolve(name + ".json"), "{\"connector.class\": \"" + connectorClass + "\"}");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
