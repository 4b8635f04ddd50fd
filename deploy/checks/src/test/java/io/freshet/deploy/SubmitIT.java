package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lake job's jar, and submit.sh with Spark's own SparkSubmit. */
class SubmitIT {
  private static final Path DIST = Path.of(System.getProperty("freshet.dist"));

  @TempDir private Path folder;

  private static Path jar() throws IOException {
    try (var files = Files.newDirectoryStream(DIST.resolve("lib/lake-job"), "freshet-lake-job*")) {
      return files.iterator().next();
    }
  }

  @Test
  void whatTheJarCarriesHasNamesOfItsOwn() throws IOException {
    try (ZipFile zip = new ZipFile(jar().toFile())) {
      List<String> classes =
          zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();
      assertThat(classes)
          .contains("io/freshet/lake/command/Main.class")
          .anyMatch(name -> name.startsWith("io/freshet/shaded/awssdk/services/s3/"))
          .anyMatch(name -> name.startsWith("io/freshet/shaded/awssdk/services/sts/"))
          .noneMatch(name -> name.startsWith("software/amazon/"))
          .noneMatch(name -> name.startsWith("org/apache/hc/"))
          .noneMatch(name -> name.startsWith("org/apache/spark/"))
          .noneMatch(name -> name.startsWith("org/apache/hudi/"))
          .noneMatch(name -> name.startsWith("com/fasterxml/jackson/databind/"))
          .noneMatch(name -> name.startsWith("org/slf4j/"));
    }
  }

  /** A Spark installation that is nothing but a launcher of the built class path. */
  private Path sparkHome() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("spark/bin"));
    Path classes = DIST.resolve("lib/spark");
    StringBuilder classPath = new StringBuilder();
    try (var jars = Files.newDirectoryStream(classes, "*.jar")) {
      for (Path each : jars) {
        String name = each.getFileName().toString();
        // What the lake job brings itself must come from its jar.
        if (!name.matches("(freshet|hudi|kafka-clients|picocli|micrometer|.*-2\\.54\\.).*")) {
          classPath.append(each).append(':');
        }
      }
    }
    Path launcher = bin.resolve("spark-submit");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        exec '%s/bin/java' -cp '%s' org.apache.spark.deploy.SparkSubmit "$@"
        """
            .formatted(System.getProperty("java.home"), classPath));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return bin.getParent();
  }

  @Test
  void sparkRunsTheJobsJar() throws Exception {
    Path config = folder.resolve("lake.yaml");
    Files.writeString(
        config,
        """
        lake: {warehouse: "file://%1$s/w"}
        source: {kind: landing, root: "file://%1$s/t"}
        registry: http://127.0.0.1:1
        tables: [{include: [a.*], database: d}]
        """
            .formatted(folder));
    List<String> command =
        new ArrayList<>(
            List.of(
                Deploy.path("spark/submit.sh").toAbsolutePath().toString(),
                "--jars",
                DIST.resolve("lib/lake-job").toString(),
                "local",
                "ingest",
                "--config",
                config.toString(),
                "--check"));
    Map<String, String> environment = Map.of("SPARK_HOME", sparkHome().toString());
    Shell.Answer valid = Shell.run(folder, environment, command);
    assertThat(valid.status()).as(valid.err()).isZero();
    assertThat(valid.out()).contains(config + " is valid");

    Files.writeString(config, "lake: {warehous: x}\n");
    Shell.Answer wrong = Shell.run(folder, environment, command);
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("warehous");
  }

  @Test
  void artifactsAreWhatTheOtherPathsName() throws Exception {
    Path out = folder.resolve("out");
    Files.createDirectories(folder.resolve("provider"));
    Files.createFile(folder.resolve("provider/provider.jar"));
    Shell.Answer answer =
        Shell.run(
            folder,
            Map.of("FRESHET_DIST", DIST.toString(), "JAVA_HOME", System.getProperty("java.home")),
            List.of(
                Deploy.path("artifacts.sh").toAbsolutePath().toString(),
                "--add",
                "provider",
                "--out",
                out.toString()));
    assertThat(answer.status()).as(answer.err()).isZero();
    String version =
        jar().getFileName().toString().replace("freshet-lake-job-", "").replace(".jar", "");
    assertThat(answer.out().lines())
        .map(line -> line.split(" +")[1])
        .containsExactlyInAnyOrder(
            "emr-bootstrap.sh",
            "freshet-lake-job-" + version + ".jar",
            "hudi-spark-bundle.jar",
            "sink-plugins-" + version + ".zip",
            "source-plugins-" + version + ".zip");
    try (ZipFile zip = new ZipFile(out.resolve("source-plugins-" + version + ".zip").toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .contains("provider/provider.jar")
          .anyMatch(name -> name.matches("debezium-connector-postgres/debezium-connector-.*jar"))
          .anyMatch(name -> name.matches("apicurio-converter/apicurio-registry-utils-.*jar"));
    }
  }
}
