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
import org.testcontainers.containers.Network;
import org.testcontainers.containers.PostgreSQLContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.MountableFile;

/**
 * Kafka, PostgreSQL, Apicurio Registry and an S3 server from the images of {@code deploy/compose},
 * with their settings there; the Connect worker, the Hive metastore and Spark are this build's
 * processes beside them.
 */
final class ContainerPipeline implements Pipeline {
  private static final String BUCKET = "lake";
  private static final int MINIO_PORT = 9000;
  private static final int REGISTRY_PORT = 8080;

  private final ComposeFile compose = new ComposeFile();
  private final Network network = Network.newNetwork();
  private final KafkaContainer kafka = new KafkaContainer(compose.image("kafka"));
  private final PostgreSQLContainer<?> postgres =
      new PostgreSQLContainer<>(compose.image("postgres"))
          .withDatabaseName("moma")
          .withUsername("freshet")
          .withPassword(UUID.randomUUID().toString())
          .withCommand(compose.command("postgres"))
          .withNetwork(network)
          .withNetworkAliases("postgres")
          .withCopyFileToContainer(
              MountableFile.forHostPath(compose.beside("postgres/databases.sql")),
              "/docker-entrypoint-initdb.d/databases.sql");
  private final GenericContainer<?> registry =
      new GenericContainer<>(compose.image("registry"))
          .dependsOn(postgres)
          .withNetwork(network)
          .withEnv(compose.environment("registry"))
          .withEnv("REGISTRY_DATASOURCE_PASSWORD", postgres.getPassword())
          .withExposedPorts(REGISTRY_PORT)
          .waitingFor(Wait.forHttp("/health/ready"));
  private final String s3Key = UUID.randomUUID().toString();
  private final String s3Secret = UUID.randomUUID().toString();
  private final GenericContainer<?> s3 =
      new GenericContainer<>(compose.image("s3"))
          .withExposedPorts(MINIO_PORT)
          .withEnv("MINIO_ROOT_USER", s3Key)
          .withEnv("MINIO_ROOT_PASSWORD", s3Secret)
          .withCommand(compose.command("s3"))
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
        compose.worker(
            Map.of(
                "bootstrap.servers",
                kafka.getBootstrapServers(),
                "listeners",
                "http://127.0.0.1:" + connectPort,
                "rest.advertised.host.name",
                "127.0.0.1",
                "plugin.path",
                distribution.root().resolve("plugins").toString())));
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
    network.close();
  }
}
