package io.freshet.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the folder {@code deploy}. */
final class Deploy {
  static final ObjectMapper JSON = new ObjectMapper();
  static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Deploy() {}

  /** A file or folder below {@code deploy}. */
  static Path path(String name) {
    return Path.of(System.getProperty("freshet.deploy")).normalize().resolve(name);
  }

  /** A file or folder of the repository. */
  static Path repository(String name) {
    return path("..").normalize().resolve(name);
  }

  /** Where tests leave what other tools check. */
  static Path target(String name) throws IOException {
    Path file = Path.of(System.getProperty("freshet.target")).resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }

  static String text(String name) throws IOException {
    return Files.readString(path(name));
  }

  static JsonNode yaml(String name) throws IOException {
    return YAML.readTree(text(name));
  }

  static JsonNode json(String name) throws IOException {
    return JSON.readTree(text(name));
  }

  /** All files below a folder whose names end so, sorted. */
  static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(path(folder))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}
