package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The DAG {@code freshet_verify} as Airflow runs it, sensor and {@code spark-submit}, against the
 * local stack. {@code deploy/airflow/test.sh --local} brings Airflow.
 */
@EnabledIfSystemProperty(
    named = "freshet.airflow.python",
    matches = ".+",
    disabledReason = "it needs an Airflow: deploy/airflow/test.sh --local")
class AirflowIT {
  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void theNightlyCheckRunsToItsEnd() throws Exception {
    pipeline.execute(
        "create schema airflow",
        "create table airflow.artists (artist_id int primary key, name text)",
        "insert into airflow.artists select i, 'Artist ' || i from generate_series(1, 50) i");
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            "airflow-source",
            Map.of(
                "topic.prefix", "airflow",
                "slot.name", "airflow",
                "publication.name", "airflow",
                "table.include.list", "airflow.*")),
        connectors.variant(
            "moma-s3-sink",
            "airflow-sink",
            Map.of("topics.regex", "airflow.airflow.(.*)", "rotate.interval.ms", "1000")));
    int port = freePort();
    Path config = config(port);
    try (Ingest ingest = Ingest.start(pipeline, config)) {
      Path log = pipeline.folder().resolve("airflow.log");
      Process airflow = airflow(config, port, log);
      int[] next = {1_000};
      Awaitility.await("a run of the DAG")
          .atMost(Duration.ofMinutes(8))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                // A source that is quiet would have the sensor wait for minutes.
                pipeline.execute(
                    "insert into airflow.artists values (%d, 'Later')".formatted(next[0]++));
                return !airflow.isAlive();
              });
      assertThat(airflow.exitValue()).as(Files.readString(log)).isZero();
      assertThat(Files.readString(log))
          .contains("1 passed")
          .contains("airflow.artists equals airflow.artists at ");
      assertThat(ingest.isAlive()).isTrue();
      ingest.stop();
    } finally {
      connectors.run("delete", "airflow-source", "airflow-sink");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path config(int port) throws IOException {
    Path file =
        Ingest.config(
            pipeline,
            "airflow",
            "- {topic: airflow.airflow.artists, database: airflow, table: artists, type: merge-on-read}\n");
    Files.writeString(
        file,
        Files.readString(file)
                .replace(
                    "lake:\n", "lake:\n  metrics: {listen: \"127.0.0.1:%d\"}\n".formatted(port))
            + """
            postgres:
              host: ${env:FRESHET_POSTGRES_HOST}
              port: ${env:FRESHET_POSTGRES_PORT}
              database: ${env:FRESHET_POSTGRES_DATABASE}
              user: ${env:FRESHET_POSTGRES_USER}
              password: ${env:FRESHET_POSTGRES_PASSWORD}
              slot: airflow
            verify:
              bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
            """);
    return file;
  }

  private Process airflow(Path config, int port, Path log) throws Exception {
    Path spark =
        SparkInstallation.create(
                Files.createTempDirectory(pipeline.folder(), "airflow-").resolve("spark"))
            .home();
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("freshet.airflow.python"),
            "-m",
            "pytest",
            "-q",
            "-s",
            "-p",
            "no:cacheprovider",
            Path.of(System.getProperty("freshet.root"), "deploy/airflow/tests/test_local.py")
                .toString());
    Map<String, String> environment = builder.environment();
    environment.putAll(pipeline.environment());
    environment.put("SPARK_HOME", spark.toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", spark.resolve("bin") + ":" + environment.get("PATH"));
    environment.put(
        "AIRFLOW_CONN_SPARK_DEFAULT",
        Connectors.JSON.writeValueAsString(Map.of("conn_type", "spark", "host", "local[2]")));
    environment.put(
        "FRESHET_AIRFLOW_VARIABLE",
        Connectors.JSON.writeValueAsString(
            Map.of(
                "runner",
                "spark-submit",
                "config",
                config.toString(),
                "status_url",
                "http://127.0.0.1:" + port,
                "tables",
                List.of("airflow.artists"),
                "job_jar",
                jar("freshet-lake-job-*.jar"),
                "hudi_jar",
                jar("hudi-spark*.jar"),
                "spark_conf",
                Map.of(
                    "spark.hadoop.fs.s3a.endpoint",
                    pipeline.env("FRESHET_S3_ENDPOINT"),
                    "spark.hadoop.fs.s3a.endpoint.region",
                    pipeline.env("FRESHET_S3_REGION"),
                    "spark.hadoop.fs.s3a.path.style.access",
                    "true",
                    "spark.hadoop.fs.s3a.aws.credentials.provider",
                    "com.amazonaws.auth.EnvironmentVariableCredentialsProvider"))));
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private static String jar(String pattern) throws IOException {
    Path folder = Distribution.locate().root().resolve("lib/lake-job");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, pattern)) {
      return jars.iterator().next().toString();
    }
  }
}
