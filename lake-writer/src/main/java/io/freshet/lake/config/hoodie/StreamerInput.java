package io.freshet.lake.config.hoodie;

import io.freshet.lake.LakeException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What HoodieStreamer was told, and what is to be said of it. */
final class StreamerInput {
  static final String WRITE = "hoodie.datasource.write.";
  static final String SYNC = "hoodie.datasource.hive_sync.";
  static final String STREAMER = "hoodie.streamer.";

  private final StreamerProperties properties;
  private final Map<String, String> flags;
  private final Map<String, String> notes = new LinkedHashMap<>();

  StreamerInput(StreamerProperties properties, Map<String, String> flags) {
    this.properties = properties;
    this.flags = new TreeMap<>(flags);
  }

  StreamerProperties properties() {
    return properties;
  }

  /** A property by its key; empty texts count as absent. */
  Optional<String> get(String key) {
    return properties.get(key);
  }

  /** A flag's value, which is not asked for again. */
  Optional<String> flag(String name) {
    return Optional.ofNullable(flags.remove(name));
  }

  /** Says why something has no setting. */
  void note(String setting, String why) {
    notes.put(setting, why);
  }

  /** All that has no setting, with the reasons: what was noted, and what nobody asked for. */
  Map<String, String> notes() {
    Map<String, String> all = new LinkedHashMap<>(notes);
    flags.forEach((name, value) -> all.put((name + " " + value).strip(), StreamerNotes.flag(name)));
    for (String key : properties.rest()) {
      all.put(
          properties.written(key) + "=" + properties.printable(key), StreamerNotes.property(key));
    }
    return all;
  }

  static long number(String key, String value) {
    try {
      return Long.parseLong(value.strip());
    } catch (NumberFormatException notANumber) {
      throw new LakeException(key + " is '" + value + "', not a number", notANumber);
    }
  }

  static String simpleName(String className) {
    return Arrays.stream(className.split("[.$]")).reduce((former, last) -> last).orElse("");
  }

  static String s3a(String path) {
    return path.replaceFirst("^s3n?://", "s3a://");
  }

  static String trimmed(String path) {
    return path.replaceFirst("(?<=[^/])/+$", "");
  }
}
