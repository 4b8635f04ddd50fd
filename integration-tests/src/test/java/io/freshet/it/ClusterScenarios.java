package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A museum's tables, from PostgreSQL into the lake by an {@code ingest} that {@code
 * deploy/spark/submit.sh} submits to a cluster: its driver runs inside of it, and is killed once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterScenarios {
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private SparkCluster cluster;
  private Path folder;
  private Path config;
  private Process submitted;

  /** Starts the cluster. */
  abstract SparkCluster open(Path folder, Pipeline pipeline) throws Exception;

  @BeforeAll
  void start() throws Exception {
    folder = Files.createTempDirectory(pipeline.folder(), "cluster-");
    cluster = open(folder, pipeline);
    String name = cluster.kind();
    pipeline.execute(
        "create schema " + name,
        "create table %s.artists (artist_id int primary key, name text, nationality text, birth_year int, death_year int)"
            .formatted(name),
        "create table %s.artworks (artwork_id int primary key, artist_id int, title text, medium text, height numeric(9,3), acquired date)"
            .formatted(name),
        "insert into %s.artists select i, 'Artist ' || i, 'Nationality ' || i %% 4, 1850 + i %% 100, case when i %% 3 = 0 then 1930 + i %% 90 end from generate_series(1, 300) i"
            .formatted(name),
        "insert into %s.artworks select i, i %% 300 + 1, 'Work ' || i, case when i %% 2 = 0 then 'Oil on canvas' end, i / 8.0, date '1929-11-07' + i from generate_series(1, 1500) i"
            .formatted(name));
    connectors.run(
        "apply",
        connectors.variant(
            "moma-postgres-source",
            name + "-source",
            Map.of(
                "topic.prefix", name,
                "slot.name", name,
                "publication.name", name,
                "table.include.list", name + ".*")),
        connectors.variant(
            "moma-s3-sink",
            name + "-sink",
            Map.of(
                "topics.regex", "%1$s.%1$s.(.*)".formatted(name), "rotate.interval.ms", "1000")));
    config = config(name);
  }

  private Path config(String name) throws IOException {
    Path secrets = folder.resolve("secrets.properties");
    Files.createFile(
        secrets,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(secrets, "password=" + pipeline.env("FRESHET_POSTGRES_PASSWORD"));
    Path file =
        Ingest.config(
            pipeline,
            "cluster-" + name,
            """
            - {topic: %1$s.%1$s.artists, database: %1$s, table: artists, type: merge-on-read, partition-by: [nationality]}
            - {topic: %1$s.%1$s.artworks, database: %1$s, table: artworks, type: copy-on-write, deletes: hard}
            """
                .formatted(name));
    Files.writeString(
        file,
        """
        postgres:
          host: ${env:FRESHET_POSTGRES_HOST}
          port: ${env:FRESHET_POSTGRES_PORT}
          database: ${env:FRESHET_POSTGRES_DATABASE}
          user: ${env:FRESHET_POSTGRES_USER}
          password: ${file:%s:password}
          slot: %s
        verify:
          bootstrap-servers: ${env:FRESHET_KAFKA_BOOTSTRAP_SERVERS}
        """
            .formatted(secrets, name),
        StandardOpenOption.APPEND);
    return file;
  }

  @AfterAll
  void stop() throws Exception {
    if (submitted != null) {
      submitted.destroyForcibly();
    }
    if (cluster != null) {
      cluster.close();
      connectors.run("delete", cluster.kind() + "-source", cluster.kind() + "-sink");
    }
  }

  private Path log(String command) {
    return folder.resolve("submit-" + command + ".log");
  }

  private Process submit(String mode, String command, String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("freshet.root"), "deploy/spark/submit.sh").toString(),
                "--jars",
                Distribution.locate().root().resolve("lib/lake-job").toString(),
                "--deploy-mode",
                mode,
                "--driver-memory",
                "1g",
                "--executors",
                // A comparison is one at a time; what goes on for long has one on each worker.
                command.equals("ingest") ? "2" : "1",
                "--executor-cores",
                "1",
                "--executor-memory",
                "1g",
                // A machine's few cores: Spark's default of 200 tasks costs more than the work.
                "--conf",
                "spark.sql.shuffle.partitions=2"));
    line.addAll(cluster.options());
    line.addAll(List.of(cluster.kind(), command, "--config", config.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(command).toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(AWS|SPARK|HADOOP)_.*"));
    builder.environment().putAll(pipeline.environment());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(cluster.environment());
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private ProcessHandle awaitDriver(long otherThan) {
    return Awaitility.await("a driver of ingest")
        .atMost(PATIENCE)
        .until(
            () -> cluster.driver("ingest").filter(driver -> driver.pid() != otherThan),
            Optional::isPresent)
        .orElseThrow();
  }

  private long count(String table) {
    return pipeline
        .sql()
        .query("select count(*) as n from %s.%s".formatted(cluster.kind(), table))
        .get(0)
        .get("n")
        .asLong();
  }

  /** How a submission ended, and what can be read of it and of the cluster's drivers. */
  private String everything(String command) throws IOException {
    return Files.readString(log(command)) + cluster.logs();
  }

  @Test
  void ingestGoesOnWhenItsDriverWasKilledAndTheLakeEqualsPostgres() throws Exception {
    submitted = submit("cluster", "ingest");
    ProcessHandle first = awaitDriver(-1);
    try {
      Awaitility.await("rows in the lake")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(() -> count("artists") == 300 && count("artworks") > 0);
    } catch (RuntimeException late) {
      throw new AssertionError(everything("ingest"), late);
    }
    first.destroyForcibly();
    String name = cluster.kind();
    pipeline.execute(
        "update %s.artists set nationality = 'Moved' where artist_id %% 7 = 0".formatted(name),
        "update %s.artworks set height = height + 0.125, medium = null where artwork_id %% 5 = 0"
            .formatted(name),
        "delete from %s.artists where artist_id %% 11 = 0".formatted(name),
        "delete from %s.artworks where artist_id %% 11 = 0".formatted(name),
        "insert into %s.artists values (1001, 'After the kill', 'Moved', 1901, null)"
            .formatted(name));
    ProcessHandle second = awaitDriver(first.pid());

    Process verify = submit(verifyMode(), "verify", "--json", "--patience", "8m");
    assertThat(verify.waitFor(10, TimeUnit.MINUTES)).isTrue();
    String said = everything("verify");
    assertThat(verify.exitValue()).as(said).isZero();
    for (String table : List.of("artists", "artworks")) {
      assertThat(said.lines())
          .as(said)
          .anyMatch(
              line ->
                  line.startsWith("{")
                      && line.contains("\"table\":\"%s.%s\"".formatted(name, table))
                      && line.contains("\"equal\":true")
                      && !line.contains("\"rows\":0,"));
    }
    assertThat(second.isAlive()).as("the second driver").isTrue();
    assertThat(
            pipeline.sql().query("select * from %s.artists where artist_id = 1001".formatted(name)))
        .hasSize(1);
    endsWell(second);
  }

  /** Where the driver of a comparison runs. */
  abstract String verifyMode();

  private void endsWell(ProcessHandle driver) throws Exception {
    driver.destroy();
    driver.onExit().get(3, TimeUnit.MINUTES);
    assertThat(submitted.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(submitted.exitValue()).as(everything("ingest")).isZero();
    // Nothing starts what has ended well anew.
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(10))
        .until(() -> cluster.driver("ingest").isEmpty());
  }
}
