package io.freshet.connectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes configs of the probe connector. */
final class Probe {
  private Probe() {}

  /** A config file with the given keys and values beside the connector's class. */
  static Path file(Path folder, String name, String... pairs) {
    StringBuilder json =
        new StringBuilder(
            "{\"connector.class\": \"io.freshet.connectors.probe.ProbeSourceConnector\"");
    for (int i = 0; i < pairs.length; i += 2) {
      json.append(", \"").append(pairs[i]).append("\": \"").append(pairs[i + 1]).append('"');
    }
    try {
      return Files.writeString(folder.resolve(name + ".json"), json.append("}"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
