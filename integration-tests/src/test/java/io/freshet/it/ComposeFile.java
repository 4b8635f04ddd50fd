package io.freshet.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What {@code deploy/compose} runs, so that the container suites run the same. */
final class ComposeFile {
  private final Path folder;
  private final JsonNode services;

  ComposeFile() {
    folder = Path.of(System.getProperty("freshet.root"), "deploy/compose");
    try {
      services =
          new ObjectMapper(new YAMLFactory())
              .readTree(folder.resolve("compose.yaml").toFile())
              .path("services");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private JsonNode of(String service, String key) {
    JsonNode value = services.path(service).path(key);
    if (value.isMissingNode()) {
      throw new IllegalArgumentException("compose.yaml has no %s of %s".formatted(key, service));
    }
    return value;
  }

  /** A service's image with its tag. */
  String image(String service) {
    return of(service, "image").asText();
  }

  /** What a service's image is told to run. */
  String[] command(String service) {
    List<String> words = new ArrayList<>();
    of(service, "command").forEach(word -> words.add(word.asText()));
    return words.toArray(String[]::new);
  }

  /** A service's environment but for what its secrets hold. */
  Map<String, String> environment(String service) {
    Map<String, String> environment = new TreeMap<>();
    of(service, "environment")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    return environment;
  }

  /** A file or folder beside it. */
  Path beside(String name) {
    return folder.resolve(name);
  }

  /**
   * The Connect worker's settings.
   *
   * @param changes what is elsewhere for a worker that runs outside of a container
   */
  String worker(Map<String, String> changes) {
    try (var reader = Files.newBufferedReader(beside("worker.properties"))) {
      Properties settings = new Properties();
      settings.load(reader);
      changes.forEach(
          (name, value) -> {
            if (settings.setProperty(name, value) == null) {
              throw new IllegalArgumentException("worker.properties has no " + name);
            }
          });
      StringWriter text = new StringWriter();
      settings.store(text, null);
      return text.toString();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
