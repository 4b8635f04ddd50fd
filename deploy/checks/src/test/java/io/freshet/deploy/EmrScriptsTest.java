package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.VerifyJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** deploy/emr's scripts: the requests that they make, left for a check against AWS's models. */
class EmrScriptsTest {
  private static final Path STEP = Deploy.path("emr/step.sh");
  private static final Path JOB = Deploy.path("emr/job.sh");

  @TempDir private Path folder;

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
  @ValueSource(strings = {"ingest", "snapshot", "verify", "repair", "maintain"})
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
    // What ends by itself says by its end how it went.
    assertThat(line)
        .contains("spark.yarn.maxAppAttempts=" + (command.equals("ingest") ? "10" : "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "snapshot", "verify", "repair", "maintain"})
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
  @ValueSource(strings = {"ingest", "snapshot", "verify", "repair", "maintain"})
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
  void quarantinedRecordsAreTakenBackInByAStep() throws Exception {
    JsonNode step =
        request(
                "emr-quarantine",
                step(
                    "--cluster",
                    "j-2AX",
                    "--config",
                    "s3://a/freshet/lake.yaml",
                    "quarantine",
                    "replay",
                    "--table",
                    "moma.artists"))
            .get(0);
    List<String> line = new ArrayList<>();
    step.path("Args").forEach(each -> line.add(each.asText()));
    List<String> given = line.subList(line.indexOf("quarantine"), line.size());
    assertThat(given).endsWith("replay", "--table", "moma.artists");
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
  void theConfigIsOneThatTheJobTakes() throws Exception {
    Map<String, String> environment =
        Map.of(
            "FRESHET_LAKE_BUCKET", "lake",
            "FRESHET_METASTORE_URI", "thrift://primary:9083",
            "FRESHET_KAFKA_BOOTSTRAP_SERVERS", "b-1.example.com:9098",
            "FRESHET_REGISTRY_URL", "http://registry.freshet.internal:8080");
    Path config = folder.resolve("lake.yaml");
    Path secrets = folder.resolve("secrets.properties");
    Files.writeString(
        config,
        Deploy.text("emr/lake.yaml")
            .replace("/etc/freshet/secrets.properties", secrets.toString()));
    LakeConfig lake = new ConfigLoader(environment).load(config);
    assertThat(lake.rules()).hasSize(1);
    assertThat(lake.postgres()).as("without the secret").isEmpty();

    Files.writeString(
        secrets, "host=h\nport=5432\ndbname=moma\nusername=freshet\npassword=secret\n");
    LakeConfig compared = new ConfigLoader(environment).withDatabase().load(config);
    VerifyJob.require(compared);
    compared.postgres().orElseThrow().requireForSnapshot();
  }

  @Test
  void secretsAreOnlyNamed() throws Exception {
    JsonNode serverless =
        request(
            "emr-serverless-secret",
            job(
                "--application",
                "00f1",
                "--config",
                "s3://a/freshet/lake.yaml",
                "--secret",
                "FRESHET_POSTGRES_PASSWORD=freshet/postgres-password",
                "serverless",
                "verify"));
    assertThat(
            serverless
                .at("/configurationOverrides/applicationConfiguration/0/properties")
                .path("spark.emr-serverless.driverEnv.FRESHET_POSTGRES_PASSWORD")
                .asText())
        .isEqualTo("EMR.secret@freshet/postgres-password");
    String[] eks = {
      "--cluster",
      "abcdef",
      "--log-group",
      "/freshet/dev/emr-eks",
      "--config",
      "s3://a/freshet/lake.yaml",
      "--secret",
      "FRESHET_POSTGRES_PASSWORD=freshet-postgres:password",
      "eks",
      "verify"
    };
    assertThat(
            request("emr-containers-secret", job(eks))
                .at("/jobDriver/sparkSubmitJobDriver/sparkSubmitParameters")
                .asText())
        .contains(
            "spark.kubernetes.driver.secretKeyRef.FRESHET_POSTGRES_PASSWORD=freshet-postgres:password");
  }
}
