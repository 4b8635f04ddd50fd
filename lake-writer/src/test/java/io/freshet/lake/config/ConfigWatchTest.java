package io.freshet.lake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
  private static final String VALID =
      """
      lake: {warehouse: "s3a://lake/w"}
      source: {root: "s3a://lake/topics"}
      registry: http://127.0.0.1:8081
      tables:
        - {topic: a.b.c, database: d, table: t}
      """;

  @TempDir Path folder;
  private final List<String> told = new ArrayList<>();

  @Test
  void eachStateOfTheFileIsToldOnce() throws IOException {
    Path file = folder.resolve("lake.yaml");
    Files.writeString(file, VALID);
    try (ConfigWatch watch = new ConfigWatch(file, new ConfigLoader(Map.of()))) {
      look(watch);
      assertThat(told).isEmpty();

      Files.writeString(file, VALID.replace("database: d", "database: e"));
      look(watch);
      look(watch);
      assertThat(told).containsExactly("e.t");

      Files.writeString(file, VALID.replace("database: d", "databas: d"));
      look(watch);
      look(watch);
      assertThat(told).hasSize(2);
      assertThat(told.get(1)).contains("tables[0].databas; did you mean 'database'?");

      Files.delete(file);
      look(watch);
      look(watch);
      assertThat(told).hasSize(3);
      assertThat(told.get(2)).contains("there is no config file");

      Files.writeString(file, VALID);
      look(watch);
      assertThat(told).hasSize(4).endsWith("d.t");
    }
  }

  private void look(ConfigWatch watch) {
    watch.look(
        config -> told.add(config.tablesOf("a.b.c").get(0).name()),
        broken -> told.add(broken.getMessage()));
  }
}
