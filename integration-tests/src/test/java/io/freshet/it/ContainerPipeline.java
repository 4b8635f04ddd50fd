package io.freshet.it;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.LakeSql;
import io.freshet.local.service.SparkProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.PostgreSQLContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/**
 * Kafka, PostgreSQL, Apicurio Registry and an S3 server from their own images; the Connect worker,
 * the Hive metastore and Spark are this build's processes beside them.
 */
final class ContainerPipeline implements Pipeline {
  private static final String BUCKET = "lake";
  private static final int MINIO_PORT = 9000;
  private static final int REGISTRY_PORT = 8080;

  private final KafkaContainer kafka = new KafkaContainer("apache/kafka:4.1.0");
  private final PostgreSQLContainer<?> postgres =
      new PostgreSQLContainer<>("postgres:18")
          .withDatabaseName("moma")
          .withUsername("freshet")
          .withPassword(UUID.randomUUID().toString())
          .withCommand("postgres", "-c", "wal_level=logical");
  private final GenericContainer<?> registry =
      new GenericContainer<>("apicurio/apicurio-registry-mem:2.6.13.Final")
          .withExposedPorts(REGISTRY_PORT)
          .waitingFor(Wait.forHttp("/health/ready"));
  private final String s3Key = UUID.randomUUID().toString();
  private final String s3Secret = UUID.randomUUID().toString();
  private final GenericContainer<?> s3 =
      new GenericContainer<>("minio/minio:RELEASE.2025-04-22T22-12-26Z")
          .withExposedPorts(MINIO_PORT)
          .withEnv("MINIO_ROOT_USER", s3Key)
          .withEnv("MINIO_ROOT_PASSWORD", s3Secret)
          .withCommand("server", "/data")
          .waitingFor(Wait.forHttp("/minio/health/live"));

  private final Distribution distribution = Distribution.locate();
  private final Path folder;
  private final int connectPort;
  private final int metastorePort;
  private final List<Process> processes = new ArrayList<>();
  private Process connect;
  private LakeSql sql;

  ContainerPipeline() throws Exception {
    folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "freshet-containers-");
    connectPort = freePort();
    metastorePort = freePort();
    Startables.deepStart(kafka, postgres, registry, s3).get();
    s3.execInContainer(
        "mc", "alias", "set", "here", "http://127.0.0.1:" + MINIO_PORT, s3Key, s3Secret);
    s3.execInContainer("mc", "mb", "here/" + BUCKET);
    startMetastore();
    restartConnect();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("FRESHET_POSTGRES_HOST", postgres.getHost());
    environment.put(
        "FRESHET_POSTGRES_PORT",
        Integer.toString(postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT)));
    environment.put("FRESHET_POSTGRES_DATABASE", postgres.getDatabaseName());
    environment.put("FRESHET_POSTGRES_USER", postgres.getUsername());
    environment.put("FRESHET_POSTGRES_PASSWORD", postgres.getPassword());
    environment.put("FRESHET_KAFKA_BOOTSTRAP_SERVERS", kafka.getBootstrapServers());
    environment.put("FRESHET_REGISTRY_URL", url(registry, REGISTRY_PORT));
    environment.put("FRESHET_S3_ENDPOINT", url(s3, MINIO_PORT));
    environment.put("FRESHET_S3_BUCKET", BUCKET);
    environment.put("FRESHET_S3_REGION", "us-east-1");
    environment.put("FRESHET_CONNECT_URL", "http://127.0.0.1:" + connectPort);
    environment.put("FRESHET_METASTORE_URI", "thrift://127.0.0.1:" + metastorePort);
    environment.put("AWS_ACCESS_KEY_ID", s3Key);
    environment.put("AWS_SECRET_ACCESS_KEY", s3Secret);
    return environment;
  }

  private static String url(GenericContainer<?> container, int port) {
    return "http://%s:%d".formatted(container.getHost(), container.getMappedPort(port));
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public ProcessBuilder lake(List<String> arguments) {
    return SparkProcess.prepare(distribution, environment(), arguments);
  }

  @Override
  public synchronized LakeSql sql() {
    if (sql == null) {
      sql = LakeSql.start(distribution, environment(), folder.resolve("sql.log"));
    }
    return sql;
  }

  @Override
  public void killConnect() throws Exception {
    connect.destroyForcibly().waitFor();
  }

  @Override
  public void restartConnect() throws Exception {
    Path settings = folder.resolve("worker.properties");
    Files.writeString(
        settings,
        """
        bootstrap.servers=%1$s
        group.id=freshet-connect
        listeners=http://127.0.0.1:%2$d
        key.converter=org.apache.kafka.connect.json.JsonConverter
        value.converter=org.apache.kafka.connect.json.JsonConverter
        config.storage.topic=connect-configs
        config.storage.replication.factor=1
        offset.storage.topic=connect-offsets
        offset.storage.replication.factor=1
        status.storage.topic=connect-status
        status.storage.replication.factor=1
        exactly.once.source.support=enabled
        scheduled.rebalance.max.delay.ms=0
        plugin.path=%3$s
        plugin.discovery=service_load
        config.providers=env
        config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
        """
            .formatted(
                kafka.getBootstrapServers(), connectPort, distribution.root().resolve("plugins")));
    connect =
        start(
            "connect",
            distribution.root().resolve("lib/services/freshet-local.jar"),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            settings.toString());
    HttpRequest health =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connectPort + "/health")).build();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                HttpClient.newHttpClient()
                        .send(health, HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                    == 200);
  }

  private void startMetastore() throws IOException {
    start(
        "metastore",
        distribution.sparkClassPath(),
        "io.freshet.metastore.HiveMetastoreServer",
        "--port",
        Integer.toString(metastorePort),
        "--directory",
        folder.toString(),
        "--warehouse",
        "s3a://" + BUCKET + "/warehouse",
        "--s3-endpoint",
        environment().get("FRESHET_S3_ENDPOINT"),
        "--s3-region",
        "us-east-1");
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              new Socket("127.0.0.1", metastorePort).close();
              return true;
            });
  }

  private Process start(String name, Path classPath, String... mainAndArguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "--add-opens=java.base/java.net=ALL-UNNAMED",
                "-cp",
                classPath.toString()));
    command.addAll(List.of(mainAndArguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    builder.environment().putAll(environment());
    Process process = builder.start();
    processes.add(process);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  @Override
  public void close() {
    if (sql != null) {
      sql.close();
    }
    processes.forEach(Process::destroyForcibly);
    List.of(s3, registry, postgres, kafka).forEach(GenericContainer::stop);
  }
}
