package io.freshet.lake.config.hoodie;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * HoodieStreamer's properties: lines of {@code key=value}, of which the later stands, and lines
 * {@code include=file}, which are read where they stand; as in Hudi's {@code
 * DFSPropertiesConfiguration}. It remembers what was asked for, so that the rest can be named.
 */
final class StreamerProperties {
  /** Prefixes of former versions, and what they are called now. */
  private static final Map<String, String> PREFIXES =
      Map.of("hoodie.deltastreamer.", "hoodie.streamer.");

  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(password|secret|token|jaas|credential|access[._-]?key|user[._-]?info|private[._-]?key).*");

  private record Value(String text, String key, Optional<Path> file) {}

  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  private StreamerProperties() {}

  /**
   * @throws LakeException if a file can't be read, or includes itself
   */
  static StreamerProperties load(Path file) {
    StreamerProperties properties = new StreamerProperties();
    properties.read(file.toAbsolutePath().normalize(), new LinkedHashSet<>());
    return properties;
  }

  private void read(Path file, Set<Path> open) {
    if (!open.add(file)) {
      throw new LakeException("properties file " + file + " includes itself");
    }
    try {
      for (String line : Files.readAllLines(file)) {
        String text = line.strip();
        int equals = text.indexOf('=');
        if (text.isEmpty() || text.startsWith("#") || equals < 0) {
          continue;
        }
        String key = text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        if (key.equals("include")) {
          read(included(file, value), open);
        } else {
          put(key, value, Optional.of(file));
        }
      }
    } catch (NoSuchFileException missing) {
      throw new LakeException("there is no properties file " + file, missing);
    } catch (IOException unreadable) {
      throw new LakeException(
          "properties file " + file + " can't be read: " + unreadable, unreadable);
    }
    open.remove(file);
  }

  private static Path included(Path file, String name) {
    String local = name.startsWith("file:") ? name.replaceFirst("file:/*", "/") : name;
    if (local.contains("://")) {
      throw new LakeException(
          "%s includes %s; copy it beside the file and include it by its name"
              .formatted(file, name));
    }
    return file.resolveSibling(local).toAbsolutePath().normalize();
  }

  /** Puts a value that stands above those of the files. */
  void put(String key, String value) {
    put(key, value, Optional.empty());
  }

  private void put(String key, String value, Optional<Path> file) {
    values.put(current(key), new Value(value, key, file));
  }

  private static String current(String key) {
    for (Map.Entry<String, String> prefix : PREFIXES.entrySet()) {
      if (key.startsWith(prefix.getKey())) {
        return prefix.getValue() + key.substring(prefix.getKey().length());
      }
    }
    return key;
  }

  /** A value by its key in today's spelling; empty texts count as absent. */
  Optional<String> get(String key) {
    asked.add(key);
    Value value = values.get(key);
    return value == null || value.text().isEmpty() ? Optional.empty() : Optional.of(value.text());
  }

  /**
   * A value as it may be printed: where it may be a secret, a placeholder for the file that it
   * stands in.
   */
  String printable(String key) {
    Value value = values.get(key);
    if (!SECRET.matcher(key).matches() && !value.text().matches(".*://[^/]*@.*")) {
      return value.text();
    }
    return value
        .file()
        .map(file -> "${file:" + file + ":" + value.key() + "}")
        .orElse("${env:" + key.toUpperCase(java.util.Locale.ROOT).replaceAll("\\W", "_") + "}");
  }

  /** Keys that begin with one of some texts. */
  Set<String> keys(String... prefixes) {
    Set<String> keys = new LinkedHashSet<>();
    for (String key : values.keySet()) {
      for (String prefix : prefixes) {
        if (key.startsWith(prefix)) {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  /** Keys that nobody has asked for. */
  Set<String> rest() {
    Set<String> rest = new LinkedHashSet<>(values.keySet());
    rest.removeAll(asked);
    return rest;
  }

  /** The key as it was written. */
  String written(String key) {
    return values.get(key).key();
  }
}
