package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
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

  /** A Spark installation without what the lake job brings itself. */
  private Path sparkHome() throws Exception {
    Path home = folder.resolve("spark");
    Shell.Answer made =
        Shell.run(
            folder,
            Map.of("FRESHET_DIST", DIST.toString()),
            List.of(Deploy.path("spark/home.sh").toAbsolutePath().toString(), home.toString()));
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(home.resolve("jars")).isNotEmptyDirectory();
    try (var jars = Files.list(home.resolve("jars"))) {
      assertThat(jars)
          .noneMatch(jar -> jar.toString().matches(".*/(freshet|hudi|picocli|postgresql)-.*"));
    }
    return home;
  }

  /** Else each link out of the temporary folder would be a warning. */
  @AfterEach
  void unlink() throws IOException {
    Path jars = folder.resolve("spark/jars");
    if (Files.isDirectory(jars)) {
      try (var links = Files.newDirectoryStream(jars)) {
        for (Path link : links) {
          Files.delete(link);
        }
      }
    }
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
    Map<String, String> environment =
        Map.of("SPARK_HOME", sparkHome().toString(), "JAVA_HOME", System.getProperty("java.home"));
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
        .filteredOn(name -> !name.endsWith(".cdx.json"))
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
