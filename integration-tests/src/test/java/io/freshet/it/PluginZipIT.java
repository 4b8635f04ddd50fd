package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.runtime.isolation.PluginClassLoader;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin's zip, unpacked as a user does it, in front of Kafka Connect's own plugin scan. */
class PluginZipIT {
  private static final Path PLUGIN_PATH = Path.of(System.getProperty("freshet.plugin.path"));
  private static final Path PLUGIN = PLUGIN_PATH.resolve("freshet-s3");
  private static final String CONNECTOR = "io.freshet.connect.s3.S3SinkConnector";

  /** What the worker brings itself: a second copy would split its classes, or its logs. */
  private static final List<String> THE_WORKERS =
      List.of(
          "org/apache/kafka/",
          "org/slf4j/",
          "org/apache/logging/log4j/",
          "org/apache/log4j/",
          "ch/qos/logback/");

  @ParameterizedTest
  @ValueSource(strings = {"only_scan", "service_load"})
  void aWorkerFindsTheConnector(String discovery) throws Exception {
    Plugins plugins =
        new Plugins(Map.of("plugin.path", PLUGIN_PATH.toString(), "plugin.discovery", discovery));
    assertThat(plugins.sinkConnectors())
        .filteredOn(plugin -> plugin.className().equals(CONNECTOR))
        .singleElement()
        .satisfies(
            plugin -> {
              assertThat(plugin.version()).isEqualTo(System.getProperty("freshet.version"));
              assertThat(plugin.loader()).isInstanceOf(PluginClassLoader.class);
            });

    SinkConnector connector = (SinkConnector) plugins.newConnector(CONNECTOR);
    assertThat(connector.version()).isEqualTo(System.getProperty("freshet.version"));
    Task task = plugins.newTask(connector.taskClass());
    assertThat(task.version()).isEqualTo(System.getProperty("freshet.version"));
    assertThat(task.getClass().getClassLoader()).isInstanceOf(PluginClassLoader.class);
  }

  /** The store's client, and with it most of the jars, from nothing but what is in the zip. */
  @Test
  void whatTheConnectorNeedsIsThere() throws Exception {
    Plugins plugins =
        new Plugins(
            Map.of("plugin.path", PLUGIN_PATH.toString(), "plugin.discovery", "service_load"));
    SinkConnector connector = (SinkConnector) plugins.newConnector(CONNECTOR);
    Map<String, String> config =
        Map.of(
            "name", "sink",
            "connector.class", CONNECTOR,
            "topics", "t",
            "s3.bucket.name", "lake",
            "store.url", "http://127.0.0.1:9",
            "aws.access.key.id", "id",
            "aws.secret.access.key", "key");
    List<ConfigValue> values = new ArrayList<>();
    plugins
        .withClassLoader(
            connector.getClass().getClassLoader(),
            () -> values.addAll(connector.validate(config).configValues()))
        .run();
    assertThat(values)
        .filteredOn(value -> !value.errorMessages().isEmpty())
        .singleElement()
        .satisfies(
            value -> {
              assertThat(value.name()).isEqualTo("store.url");
              assertThat(value.errorMessages().get(0)).contains("can't reach http://127.0.0.1:9");
            });
  }

  @Test
  void itHoldsNothingOfTheWorkers() throws IOException {
    assertThat(jars(PLUGIN)).isNotEmpty();
    assertThat(theWorkersIn(PLUGIN)).isEmpty();
  }

  @Test
  void aJarOfTheWorkersWouldBeSeen(@TempDir Path folder) throws IOException {
    Files.copy(jars(PLUGIN).get(0), folder.resolve("ours.jar"));
    for (String forbidden : List.of("kafka-clients", "connect-api", "slf4j-api", "log4j-core")) {
      Files.copy(onClassPath(forbidden), folder.resolve(forbidden + ".jar"));
    }
    assertThat(theWorkersIn(folder))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactlyInAnyOrder(
            "kafka-clients.jar", "connect-api.jar", "slf4j-api.jar", "log4j-core.jar");
  }

  @Test
  void itSaysUnderWhichTermsItIsGiven() {
    assertThat(PLUGIN.resolve("LICENSE")).content().contains("Apache License");
    assertThat(PLUGIN.resolve("NOTICE")).content().startsWith("Freshet");
  }

  /** A line for each jar that has a class of the worker's, however the jar is named. */
  private static List<String> theWorkersIn(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path path : jars(folder)) {
      try (JarFile jar = new JarFile(path.toFile())) {
        jar.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class"))
            .filter(name -> THE_WORKERS.stream().anyMatch(name::startsWith))
            .findFirst()
            .ifPresent(name -> found.add(path.getFileName() + ": " + name));
      }
    }
    return found;
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static Path onClassPath(String artifact) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith(artifact + "-"))
        .findFirst()
        .orElseThrow();
  }
}
