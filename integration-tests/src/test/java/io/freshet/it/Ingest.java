package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@code ingest} process. */
final class Ingest implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final int begin;

  private Ingest(Process process, Path log, int begin) {
    this.process = process;
    this.log = log;
    this.begin = begin;
  }

  /**
   * Writes a lake configuration for the pipeline's bucket.
   *
   * @param tables YAML of the tables, each beginning with {@code - topic:}
   */
  static Path config(Pipeline pipeline, String name, String tables) throws IOException {
    return config(
        pipeline,
        name,
        """
        kind: landing
        root: s3a://${env:FRESHET_S3_BUCKET}/topics
        """,
        tables);
  }

  /**
   * Writes a lake configuration with another source.
   *
   * @param source YAML of the source
   * @param tables YAML of the tables
   */
  static Path config(Pipeline pipeline, String name, String source, String tables)
      throws IOException {
    Path file = pipeline.folder().resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        lake:
          warehouse: s3a://${env:FRESHET_S3_BUCKET}/warehouse
          metastore: ${env:FRESHET_METASTORE_URI}
        registry: ${env:FRESHET_REGISTRY_URL}
        source:
        """
            + source.indent(2)
            + "tables:\n"
            + tables.indent(2));
    return file;
  }

  static Ingest start(Pipeline pipeline, Path config, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("ingest", "--config", config.toString()));
    arguments.addAll(List.of(more));
    Path log = config.resolveSibling(config.getFileName() + ".log");
    return start(pipeline.lake(arguments), log);
  }

  /**
   * Starts a command of the lake writer.
   *
   * @param log what it prints is appended to it
   */
  static Ingest start(ProcessBuilder command, Path log) throws IOException {
    int begin = Files.exists(log) ? Files.readString(log).length() : 0;
    Process process =
        command
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    // A killed test run leaves no job behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Ingest(process, log, begin);
  }

  /** The CPU time of its process so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it stand still, as on a machine that hangs: it lives, and does nothing. */
  void pause() throws Exception {
    signal("STOP");
  }

  /** Lets it go on. */
  void resume() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(status).as("kill -" + name).isZero();
  }

  /** Waits for its end, which must be a refusal; returns what it printed. */
  String refusal() throws Exception {
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(log()).isTrue();
    assertThat(process.exitValue()).as(log()).isEqualTo(1);
    return log();
  }

  /** Waits for a run with {@code --once} to end well. */
  void finish() throws Exception {
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(log()).isTrue();
    assertThat(process.exitValue()).as(log()).isZero();
  }

  /** Stops it by SIGTERM, which must end it well. */
  void stop() throws Exception {
    process.destroy();
    finish();
  }

  /** How many commits this process has made; the log goes on from one process to the next. */
  long commits() throws IOException {
    String log = log();
    return log.substring(Math.min(begin, log.length()))
        .lines()
        .filter(line -> line.contains(": commit table="))
        .count();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
