package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** deploy/spark/submit.sh: the lines that it builds. */
class SubmitScriptTest {
  private static final Path SCRIPT = Deploy.path("spark/submit.sh").toAbsolutePath();

  @TempDir private Path folder;

  @BeforeEach
  void jarsAndConfig() throws Exception {
    Files.createDirectories(folder.resolve("jars"));
    Files.createFile(folder.resolve("jars/freshet-lake-job-1.jar"));
    Files.createFile(folder.resolve("jars/hudi-spark3.5-bundle_2.12-1.jar"));
    Files.writeString(
        folder.resolve("lake.yaml"),
        "lake:\n  warehouse: s3a://${env:FRESHET_S3_BUCKET}/w\n# ${env:FRESHET_COMMENT}\n");
  }

  private Shell.Answer submit(Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "--print"));
    command.addAll(List.of(arguments));
    return Shell.run(folder, environment, command);
  }

  private String line(Map<String, String> environment, String... arguments) throws Exception {
    Shell.Answer answer = submit(environment, arguments);
    assertThat(answer.status()).as(answer.err()).isZero();
    return answer.out().replace("\\[\\*\\]", "[*]");
  }

  private String error(String... arguments) throws Exception {
    Shell.Answer answer = submit(Map.of(), arguments);
    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.err()).startsWith("submit.sh: ").doesNotContain("\n");
    return answer.err();
  }

  @Test
  void local() throws Exception {
    assertThat(line(Map.of(), "--jars", "jars", "local", "ingest", "--config", "lake.yaml"))
        .isEqualTo(
            "spark-submit --master local[*] --deploy-mode client --name freshet-ingest --class"
                + " io.freshet.lake.command.Main --driver-memory 2g --jars"
                + " jars/hudi-spark3.5-bundle_2.12-1.jar jars/freshet-lake-job-1.jar ingest"
                + " --config lake.yaml");
  }

  @Test
  void standaloneClusterIsSupervised() throws Exception {
    assertThat(
            line(
                Map.of(
                    "SPARK_HOME", "/opt/spark",
                    "FRESHET_S3_ENDPOINT", "http://127.0.0.1:9000",
                    "FRESHET_S3_REGION", "us-east-1"),
                "--jars",
                "jars",
                "--master",
                "spark://h:7077",
                "--deploy-mode",
                "cluster",
                "--executors",
                "3",
                "standalone",
                "ingest",
                "--config",
                "lake.yaml"))
        .startsWith("/opt/spark/bin/spark-submit --master spark://h:7077 --deploy-mode cluster")
        .contains(" --total-executor-cores 6 ")
        .contains(" --supervise ")
        .contains("--add-opens=java.base/java.nio=ALL-UNNAMED")
        .contains(" --conf spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:9000 ")
        .contains(" --conf spark.hadoop.fs.s3a.connection.ssl.enabled=false ")
        .contains(" --conf spark.hadoop.fs.s3a.endpoint.region=us-east-1 ");
  }

  @Test
  void yarnTakesTheConfigAlongAndWhatItNames() throws Exception {
    assertThat(
            line(
                Map.of("FRESHET_S3_BUCKET", "lake"),
                "--jars",
                "jars",
                "yarn",
                "ingest",
                "--config=" + folder.resolve("lake.yaml")))
        .contains(" --files " + folder.resolve("lake.yaml") + " ")
        .contains(" --conf spark.yarn.appMasterEnv.FRESHET_S3_BUCKET=lake ")
        .contains(" --conf spark.yarn.maxAppAttempts=10 ")
        .doesNotContain("FRESHET_COMMENT")
        .endsWith(" ingest --config lake.yaml");
  }

  @Test
  void whatEndsByItselfIsNotRepeated() throws Exception {
    assertThat(line(Map.of(), "--jars", "jars", "yarn", "verify"))
        .contains(" --conf spark.yarn.maxAppAttempts=1 ");
    assertThat(
            line(
                Map.of(),
                "--jars",
                "jars",
                "--master",
                "spark://h:7077",
                "--deploy-mode",
                "cluster",
                "standalone",
                "verify",
                "--config",
                "lake.yaml"))
        .doesNotContain("--supervise")
        .as("a driver works in a folder of its own")
        .endsWith(" verify --config " + folder.toRealPath().resolve("lake.yaml"));
  }

  @Test
  void kubernetesHasItsJarsInTheImage() throws Exception {
    assertThat(
            line(
                Map.of(),
                "--master",
                "k8s://https://h:6443",
                "--image",
                "r/lake:1",
                "--namespace",
                "lake",
                "--service-account",
                "writer",
                "--conf",
                "spark.kubernetes.driver.secretKeyRef.PASSWORD=postgres:password",
                "k8s",
                "verify",
                "--config",
                "/etc/freshet/lake.yaml"))
        .contains(" --conf spark.kubernetes.driver.secretKeyRef.PASSWORD=postgres:password ")
        .contains(" --jars local:///opt/freshet/hudi-spark-bundle.jar ")
        .contains(" --conf spark.kubernetes.container.image=r/lake:1 ")
        .contains(" --conf spark.kubernetes.namespace=lake ")
        .contains("driver.serviceAccountName=writer ")
        .endsWith(
            " local:///opt/freshet/freshet-lake-job.jar verify --config /etc/freshet/lake.yaml");
  }

  @Test
  void secretsAreKeptOffTheLine() throws Exception {
    assertThat(error("--conf", "spark.hadoop.fs.s3a.secret.key=x", "local", "ingest"))
        .contains("spark.hadoop.fs.s3a.secret.key is a secret")
        .contains("--properties-file")
        .doesNotContain("=x");
    Files.writeString(folder.resolve("secret.yaml"), "a: ${env:LAKE_PASSWORD}\n");
    assertThat(error("--jars", "jars", "yarn", "ingest", "--config", "secret.yaml"))
        .contains("LAKE_PASSWORD")
        .contains("${file:/path:key}");
    Path settings = Files.createFile(folder.resolve("s.conf"));
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(error("--jars", "jars", "--properties-file", "s.conf", "local", "ingest"))
        .contains("chmod 600 s.conf");
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
    assertThat(line(Map.of(), "--jars", "jars", "--properties-file", "s.conf", "local", "sql"))
        .contains(" --properties-file s.conf ");
    Files.writeString(settings, "# keys\nspark.hadoop.fs.s3a.secret.key x\n");
    String[] standalone = {
      "--jars",
      "jars",
      "--properties-file",
      "s.conf",
      "--master",
      "spark://h:7077",
      "--deploy-mode",
      "cluster",
      "standalone",
      "ingest"
    };
    assertThat(error(standalone)).contains("s.conf has secrets").contains("--deploy-mode client");
  }

  @Test
  void mistakesAreNamed() throws Exception {
    assertThat(error("mesos", "ingest")).contains("unknown cluster 'mesos'");
    assertThat(error("local")).contains("name a cluster");
    assertThat(error("--jars", "jars", "standalone", "ingest")).contains("--master spark://");
    assertThat(error("--master", "k8s://h", "k8s", "ingest")).contains("--image");
    assertThat(error("--jar", "x", "local", "ingest")).contains("unknown option --jar");
    assertThat(error("--jars", ".", "local", "ingest")).contains("freshet-lake-job*.jar, not one");
    assertThat(error("--jars", "jars", "yarn", "ingest", "--config", "none.yaml"))
        .contains("none.yaml does not exist");
    assertThat(error("--jars", "jars", "yarn", "ingest", "--config", "lake.yaml"))
        .contains("${env:FRESHET_S3_BUCKET}, which is not set here");
  }
}
