package io.freshet.local.demo;

import io.freshet.local.service.LogTail;
import io.freshet.local.service.SparkProcess;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.nio.file.Path;
import java.util.List;

/** The lake job: {@code ingest} as a process of its own. */
final class IngestProcess {
  private static final int LOG_LINES = 5;

  private final SparkProcess spark;
  private final Path log;

  private IngestProcess(SparkProcess spark, Path log) {
    this.spark = spark;
    this.log = log;
  }

  /**
   * Starts it and returns at once.
   *
   * @param config the lake's YAML
   * @param log where its output goes
   */
  static IngestProcess start(Stack stack, Path config, Path log) {
    ProcessBuilder builder =
        SparkProcess.prepare(stack, List.of("ingest", "--config", config.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    // It lives for a minute or two: the better compiler would cost more time than its code saves.
    builder.command().add(1, "-XX:TieredStopAtLevel=1");
    return new IngestProcess(SparkProcess.start(stack, builder), log);
  }

  /**
   * Checks that it runs.
   *
   * @throws StackException with the end of its log
   */
  void requireAlive() {
    if (!spark.process().isAlive()) {
      throw new StackException(
          "ingest ended by itself, with exit code %d; %s"
              .formatted(spark.process().exitValue(), endOfLog()));
    }
  }

  /** Bytes that it has written to its log. */
  long logLength() {
    return log.toFile().length();
  }

  /** The last lines of its log, and where that is. */
  String endOfLog() {
    return "its log, %s, ends with:%n%s"
        .formatted(log, String.join("\n", LogTail.read(log, 0, LOG_LINES)));
  }

  /**
   * Stops it by SIGTERM.
   *
   * @throws StackException if that doesn't end it well
   */
  void stop() throws InterruptedException {
    requireAlive();
    spark.terminate();
    int status = spark.waitFor();
    if (status != 0) {
      throw new StackException(
          "ingest was told to stop and ended with exit code %d instead of 0; %s"
              .formatted(status, endOfLog()));
    }
  }

  /** Ends it, and waits for that; how it ends doesn't matter. */
  void abandon() {
    spark.terminate();
    try {
      spark.waitFor();
    } catch (InterruptedException e) {
      spark.kill();
      Thread.currentThread().interrupt();
    }
  }
}
