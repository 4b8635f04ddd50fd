package io.freshet.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Hadoop's YARN, a resource manager and a node manager in one JVM; drivers and executors are JVMs
 * of their own that know nothing of this one's environment.
 */
final class YarnCluster implements SparkCluster {
  private final SparkInstallation spark;
  private final Path folder;
  private final Path settings;
  private final Map<String, String> environment;
  private final Process process;

  /**
   * @param jars the folder of what Spark needs beside its own jars to speak to YARN, and of YARN
   * @param pipeline endpoints and keys
   */
  YarnCluster(Path folder, Path jars, Map<String, String> pipeline) throws Exception {
    this.folder = folder;
    this.spark = SparkInstallation.create(folder.resolve("spark"));
    this.environment = new HashMap<>(pipeline);
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.putAll(SHORT_LIVED);
    environment.put("SPARK_HOME", spark.home().toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HADOOP_CONF_DIR", folder.resolve("conf").toString());
    environment.put("HADOOP_USER_NAME", System.getProperty("user.name"));
    settings = folder.resolve("spark.conf");
    Files.createFile(
        settings,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        settings,
        """
        spark.hadoop.fs.s3a.access.key %s
        spark.hadoop.fs.s3a.secret.key %s
        """
            .formatted(pipeline.get("AWS_ACCESS_KEY_ID"), pipeline.get("AWS_SECRET_ACCESS_KEY")));
    try (DirectoryStream<Path> clients = Files.newDirectoryStream(jars, "spark-yarn_*.jar")) {
      for (Path client : clients) {
        spark.add(client);
      }
    }
    process = start(jars);
  }

  private Process start(Path jars) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
    for (String opened : List.of("lang", "util", "net", "io", "nio", "text", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-cp",
            jars + "/*:" + spark.classPath(),
            Path.of(
                    System.getProperty("freshet.root"),
                    "integration-tests/src/test/yarn/YarnServers.java")
                .toString(),
            folder.resolve("conf").toString()));
    // It ends with its standard input.
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(AWS|FRESHET|SPARK|HADOOP)_.*"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process started = builder.redirectError(folder.resolve("yarn.log").toFile()).start();
    BufferedReader said = started.inputReader(StandardCharsets.UTF_8);
    String line = said.readLine();
    while (line != null && !line.equals("ready")) {
      line = said.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("YARN ended: " + SparkCluster.tails(folder, "yarn.log"));
    }
    return started;
  }

  @Override
  public String kind() {
    return "yarn";
  }

  @Override
  public List<String> options() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--properties-file",
                settings.toString(),
                "--conf",
                "spark.yarn.jars=local:" + spark.classPath(),
                "--conf",
                "spark.yarn.stagingDir=" + folder.resolve("staging").toUri()));
    Map<String, String> containers = new HashMap<>(SHORT_LIVED);
    containers.put("SPARK_LOCAL_IP", "127.0.0.1");
    containers.forEach(
        (name, value) ->
            options.addAll(
                List.of(
                    "--conf",
                    "spark.yarn.appMasterEnv." + name + "=" + value,
                    "--conf",
                    "spark.executorEnv." + name + "=" + value)));
    return options;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public Optional<ProcessHandle> driver(String command) {
    return SparkCluster.find(
        process.descendants(), "org.apache.spark.deploy.yarn.ApplicationMaster", command);
  }

  @Override
  public String logs() throws IOException {
    return SparkCluster.tails(folder, "stdout", "stderr", "yarn.log");
  }

  @Override
  public void close() throws Exception {
    List<ProcessHandle> containers = process.descendants().toList();
    process.getOutputStream().close();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    containers.forEach(ProcessHandle::destroyForcibly);
  }
}
