package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A lake writer command on the embedded stack: a JVM of its own on Spark's class path. */
public final class SparkProcess {
  private static final String MAIN = "io.freshet.lake.command.Main";
  private static final String MEMORY = "FRESHET_SPARK_MEMORY";

  /** What Spark on Java 17 needs opened. */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar",
          "java.security.jgss/sun.security.krb5");

  private final Process process;
  private final Path record;

  private SparkProcess(Process process, Path record) {
    this.process = process;
    this.record = record;
  }

  /**
   * How to run a lake writer command against a stack: command line, and an environment with the
   * stack's endpoints and credentials on top of this process's own. Redirections are the caller's.
   *
   * @param arguments the command and its arguments, such as {@code ingest --config lake.yaml}
   */
  public static ProcessBuilder prepare(Stack stack, List<String> arguments) {
    ProcessBuilder builder = prepare(stack.distribution(), stack.environment(), arguments);
    if (Files.isDirectory(stack.data().scratch())) {
      builder.command().add(1, "-Djava.io.tmpdir=" + stack.data().scratch());
    }
    return builder;
  }

  /**
   * The same against a pipeline that runs elsewhere.
   *
   * @param environment what {@link Stack#environment} would say of it
   */
  public static ProcessBuilder prepare(
      Distribution distribution, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ServiceContext.java());
    command.add("-Xmx" + memory());
    command.add("-XX:+UseParallelGC");
    // The JVM's default, but for a process without the better compiler (see QUICK_START): there it
    // would be a fifth of that, which the code that Spark generates fills within minutes.
    command.add("-XX:ReservedCodeCacheSize=240m");
    OPENED.forEach(name -> command.add("--add-opens=" + name + "=ALL-UNNAMED"));
    command.add("-Djdk.reflect.useDirectMethodHandle=false");
    // Else Hudi attaches debuggers to its own process to learn the size of an object header, and
    // waits seconds for them, most often in vain.
    command.add("-Djol.skipHotspotSAAttach=true");
    command.add("-Djol.skipDynamicAttach=true");
    sparkSettings(environment).forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-cp");
    command.add(distribution.sparkClassPath().toString());
    command.add(MAIN);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // It would take a Spark installation's settings for its own.
    builder.environment().keySet().removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR"));
    builder.environment().putAll(environment);
    builder.environment().put("SPARK_LOCAL_IP", ServiceContext.HOST);
    return builder;
  }

  private static Map<String, String> sparkSettings(Map<String, String> environment) {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint",
        environment.get("FRESHET_S3_ENDPOINT"),
        "spark.hadoop.fs.s3a.endpoint.region",
        environment.get("FRESHET_S3_REGION"),
        "spark.hadoop.fs.s3a.path.style.access",
        "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled",
        "false",
        "spark.hadoop.fs.s3a.aws.credentials.provider",
        "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        "spark.hadoop.hive.metastore.uris",
        environment.get("FRESHET_METASTORE_URI"));
  }

  private static String memory() {
    String memory = System.getenv().getOrDefault(MEMORY, "2g");
    if (!memory.matches("[1-9][0-9]*[kmgKMG]")) {
      throw new StackException(
          MEMORY + "=" + memory + " is not a heap size; give one such as 2g or 1500m");
    }
    return memory;
  }

  /**
   * Starts it. {@link Stack#down} stops it too.
   *
   * @param builder from {@link #prepare}, redirected as wanted
   * @throws StackException if it can't be started
   */
  public static SparkProcess start(Stack stack, ProcessBuilder builder) {
    try {
      Process process = builder.start();
      Path record = stack.data().jobFile(process.pid());
      if (record.getParent().toFile().isDirectory()) {
        ProcessRecord.of(process.pid(), "").write(record);
      }
      return new SparkProcess(process, record);
    } catch (IOException e) {
      throw new StackException("the lake writer can't be started: " + Failures.reason(e), e);
    }
  }

  /** The operating system's process. */
  public Process process() {
    return process;
  }

  /**
   * Waits for its end.
   *
   * @return its exit code
   */
  public int waitFor() throws InterruptedException {
    int status = process.waitFor();
    try {
      ProcessRecord.forget(record);
    } catch (IOException e) {
      throw new StackException(record + " can't be removed: " + Failures.reason(e), e);
    }
    return status;
  }

  /** Asks it to stop in order, by SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Kills it, by SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }
}
