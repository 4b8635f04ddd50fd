package io.freshet.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.cli.ConnectDistributed;

/** One more Kafka Connect worker in the group of the embedded stack's. */
final class SecondWorker implements AutoCloseable {
  private static final String CONFIG = "worker.properties";

  private final Process process;
  private final String address;

  private SecondWorker(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it; it has joined the group when tasks are given to its {@link #address}. */
  static SecondWorker start(EmbeddedPipeline pipeline) throws IOException {
    Path first = pipeline.stack().data().root().resolve("connect").resolve(CONFIG);
    Path home = Files.createDirectory(pipeline.folder().resolve("connect-2-" + System.nanoTime()));
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    // A later line overrides an earlier one.
    String settings =
        Files.readString(first) + "\nlisteners=http://127.0.0.1:" + port + System.lineSeparator();
    Files.writeString(home.resolve(CONFIG), settings);
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-Djava.net.preferIPv4Stack=true",
                    "-Djava.io.tmpdir=" + home,
                    "-Dlog4j2.configurationFile=classpath:service-log4j2.xml",
                    "-cp",
                    Path.of(System.getProperty("freshet.dist"), "lib/services/freshet-local.jar")
                        .toString(),
                    ConnectDistributed.class.getName(),
                    home.resolve(CONFIG).toString()))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile());
    builder.environment().putAll(pipeline.environment());
    Process process = builder.start();
    endWith(ProcessHandle.current(), process);
    return new SecondWorker(process, "127.0.0.1:" + port);
  }

  /** However this JVM ends, the worker ends too. */
  private static void endWith(ProcessHandle owner, Process worker) throws IOException {
    new ProcessBuilder(
            "setsid",
            "sh",
            "-c",
            "while kill -0 $2; do kill -0 $1 || kill -9 $2; sleep 1; done",
            "end-with",
            Long.toString(owner.pid()),
            Long.toString(worker.pid()))
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** As the worker is named in the status of tasks. */
  String address() {
    return address;
  }

  /** Stops it in order: its tasks are closed and its place in the group is given back. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the second worker does not stop");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
