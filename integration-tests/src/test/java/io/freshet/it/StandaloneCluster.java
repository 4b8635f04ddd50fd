package io.freshet.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Spark's own standalone master and two workers, each a JVM of its own. */
final class StandaloneCluster implements SparkCluster {
  private final SparkInstallation spark;
  private final Path folder;
  private final Map<String, String> environment;
  private final List<Process> processes = new ArrayList<>();
  private final int port;

  /**
   * @param environment what the machines of the cluster have: here the store's keys, as instances
   *     have a role elsewhere
   */
  StandaloneCluster(Path folder, Map<String, String> environment) throws Exception {
    this.folder = folder;
    this.spark = SparkInstallation.create(folder.resolve("spark"));
    this.environment = new HashMap<>(environment);
    this.environment.putAll(SHORT_LIVED);
    this.environment.put("SPARK_HOME", spark.home().toString());
    // Workers start drivers by Spark's launcher, which asks for it.
    this.environment.put("SPARK_SCALA_VERSION", "2.12");
    this.environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    this.environment.put("JAVA_HOME", System.getProperty("java.home"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
    start("master.Master", "--port", Integer.toString(port));
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              new Socket(InetAddress.getLoopbackAddress(), port).close();
              return true;
            });
    for (int worker = 0; worker < 2; worker++) {
      start(
          "worker.Worker",
          "--cores",
          "3",
          "--memory",
          "3g",
          "--work-dir",
          folder.resolve("work-" + worker).toString(),
          master());
    }
  }

  private String master() {
    return "spark://127.0.0.1:" + port;
  }

  private void start(String main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                spark.classPath(),
                "org.apache.spark.deploy." + main,
                "--host",
                "127.0.0.1",
                "--webui-port",
                "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = SparkCluster.bound(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().putAll(environment);
    processes.add(
        builder
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("daemon-" + processes.size() + ".log").toFile())
            .start());
  }

  @Override
  public String kind() {
    return "standalone";
  }

  @Override
  public List<String> options() {
    return List.of(
        "--master",
        master(),
        "--conf",
        "spark.hadoop.fs.s3a.aws.credentials.provider=com.amazonaws.auth.EnvironmentVariableCredentialsProvider");
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public Optional<ProcessHandle> driver(String command) {
    return SparkCluster.find(
        processes.stream().flatMap(each -> each.toHandle().descendants()),
        "org.apache.spark.deploy.worker.DriverWrapper",
        command);
  }

  @Override
  public String logs() throws IOException {
    return SparkCluster.tails(folder, "stderr", "daemon-0.log", "daemon-1.log", "daemon-2.log");
  }

  @Override
  public void close() throws Exception {
    // Workers end what they have started.
    for (int i = processes.size() - 1; i >= 0; i--) {
      Process process = processes.get(i);
      List<ProcessHandle> started = process.toHandle().descendants().toList();
      process.getOutputStream().close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      started.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
