package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Spark installation as clusters have them, by {@code deploy/spark/home.sh}: nothing of the lake
 * job is in it.
 *
 * @param home what {@code SPARK_HOME} names
 */
record SparkInstallation(Path home) {

  /**
   * Makes one.
   *
   * @param home where; the folder is made
   */
  static SparkInstallation create(Path home) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("freshet.root"), "deploy/spark/home.sh").toString(),
            home.toString());
    builder.environment().put("FRESHET_DIST", Distribution.locate().root().toString());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return new SparkInstallation(home);
  }

  /** Adds a jar. */
  void add(Path jar) throws IOException {
    Files.createSymbolicLink(home.resolve("jars").resolve(jar.getFileName()), jar);
  }

  /** A class path of all jars. */
  String classPath() {
    return home.resolve("jars") + "/*";
  }
}
