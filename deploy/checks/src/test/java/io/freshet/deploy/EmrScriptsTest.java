package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.lake.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** deploy/emr's scripts: the requests that they make, left for a check against AWS's models. */
class EmrScriptsTest {
  private static final Path STEP = Deploy.path("emr/step.sh");
  private static final Path JOB = Deploy.path("emr/job.sh");

  private static Shell.Answer step(String... arguments) throws Exception {
    return Shell.run(STEP, with(arguments, "--print", "--metastore", "thrift://primary:9083"));
  }

  private static Shell.Answer job(String... arguments) throws Exception {
    return Shell.run(
        JOB,
        with(
            arguments,
            "--print",
            "--role",
            "arn:aws:iam::123456789012:role/freshet",
            "--artifacts",
            "s3://artifacts/freshet",
            "--version",
            "1"));
  }

  private static String[] with(String[] last, String... first) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(last));
    return all.toArray(String[]::new);
  }

  private static JsonNode request(String name, Shell.Answer answer) throws Exception {
    assertThat(answer.status()).as(answer.err()).isZero();
    Files.writeString(Deploy.target("requests/" + name + ".json"), answer.out());
    return Deploy.JSON.readTree(answer.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "snapshot", "verify", "maintain"})
  void steps(String command) throws Exception {
    JsonNode step =
        request(
                "emr-" + command,
                step("--cluster", "j-2AX", "--config", "s3://a/freshet/lake.yaml", command))
            .get(0);
    List<String> line = new ArrayList<>();
    step.path("Args").forEach(each -> line.add(each.asText()));
    assertThat(step.path("ActionOnFailure").asText()).isEqualTo("CONTINUE");
    assertThat(line)
        .containsSubsequence("--deploy-mode", "cluster")
        .containsSubsequence("--files", "s3://a/freshet/lake.yaml")
        .containsSubsequence(
            "local:/usr/lib/freshet/freshet-lake-job.jar", command, "--config", "lake.yaml");
    assertThat(line.contains("--once")).isEqualTo(command.equals("maintain"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "snapshot", "verify", "maintain"})
  void serverlessJobs(String command) throws Exception {
    JsonNode job =
        request(
            "emr-serverless-" + command,
            job(
                "--application",
                "00f1",
                "--config",
                "s3://a/freshet/lake.yaml",
                "--env",
                "FRESHET_LAKE_BUCKET=lake",
                "serverless",
                command));
    assertThat(job.path("mode").asText())
        .isEqualTo(command.equals("ingest") ? "STREAMING" : "BATCH");
    assertThat(job.at("/jobDriver/sparkSubmit/sparkSubmitParameters").asText())
        .contains("spark.emr-serverless.driverEnv.FRESHET_LAKE_BUCKET=lake");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "snapshot", "verify", "maintain"})
  void jobsOnEks(String command) throws Exception {
    JsonNode job =
        request(
            "emr-containers-" + command,
            job(
                "--cluster",
                "abcdef",
                "--log-group",
                "/freshet/dev/emr-eks",
                "--config",
                "s3://a/freshet/lake.yaml",
                "eks",
                command));
    assertThat(job.at("/jobDriver/sparkSubmitJobDriver/entryPointArguments/0").asText())
        .isEqualTo(command);
  }

  @Test
  void mistakesAreNamed() throws Exception {
    assertThat(step("--cluster", "x", "--config", "s3://a/l.yaml", "ingest").err())
        .contains("--cluster is an EMR cluster's id");
    assertThat(step("--cluster", "j-1", "--config", "lake.yaml", "ingest").err())
        .contains("--config is lake.yaml in S3");
    assertThat(step("--cluster", "j-1", "--config", "s3://a/l.yaml", "sql").err())
        .contains("unknown command 'sql'");
    assertThat(
            job("--env", "LAKE_PASSWORD=x", "--config", "s3://a/l.yaml", "serverless", "ingest")
                .err())
        .contains("LAKE_PASSWORD is a secret")
        .doesNotContain("=x");
    assertThat(job("--config", "s3://a/l.yaml", "serverless", "ingest").err())
        .contains("--application");
  }

  @Test
  void theConfigIsOneThatTheJobTakes() {
    Map<String, String> environment =
        Map.of(
            "FRESHET_LAKE_BUCKET", "lake",
            "FRESHET_METASTORE_URI", "thrift://primary:9083",
            "FRESHET_REGISTRY_URL", "http://registry.freshet.internal:8080");
    assertThat(new ConfigLoader(environment).load(Deploy.path("emr/lake.yaml")).rules()).hasSize(1);
  }
}
