package io.freshet.connect.s3;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * Properties of Confluent's S3 sink that steer nothing here. They can be passed over without
 * landing anything else than expected, so they are accepted with a warning.
 */
final class UnusedProperties {
  private static final String FIXED_KEYS =
      "keys are <topics.dir>/<topic>/<folder>/<topic>+<p>+<position, 20 digits>, then what the"
          + " layout needs";
  private static final String BUFFER = "buffers always grow with what is in them";
  private static final String CACHE = "every schema is converted once and kept";

  /** What happens instead. */
  private static final Map<String, String> PASSED_OVER =
      Map.ofEntries(
          Map.entry("storage.class", "files are put into S3 by this connector's own client"),
          Map.entry("directory.delim", FIXED_KEYS),
          Map.entry("file.delim", FIXED_KEYS),
          Map.entry("filename.offset.zero.pad.width", FIXED_KEYS),
          Map.entry(
              "s3.object.behavior.on.tagging.error",
              "tags are part of the upload, which fails or succeeds with them"),
          Map.entry(
              "s3.send.digest", "every upload carries a checksum that the store compares (CRC32)"),
          Map.entry("s3.elastic.buffer.enable", BUFFER),
          Map.entry("s3.elastic.buffer.init.capacity", BUFFER),
          Map.entry("schemas.cache.config", CACHE),
          Map.entry("schemas.cache.size", CACHE),
          Map.entry("connect.meta.data", "files always keep the schemas' Connect names and types"),
          Map.entry(
              "enhanced.avro.schema.support",
              "full names are always kept, and an enum as a string beside its symbols"));

  private UnusedProperties() {}

  static void define(ConfigDef def) {
    int order = 0;
    for (Map.Entry<String, String> entry : new TreeMap<>(PASSED_OVER).entrySet()) {
      def.define(
          entry.getKey(),
          Type.STRING,
          null,
          Importance.LOW,
          "Accepted but not used: " + entry.getValue() + ".",
          "Not used",
          ++order,
          Width.SHORT,
          entry.getKey());
    }
  }

  /** One line for each given property that is passed over. */
  static List<String> messages(Map<String, String> properties) {
    Map<String, String> reasons = new TreeMap<>(PASSED_OVER);
    reasons.putAll(PathOptions.unused(properties));
    return new TreeMap<>(properties)
        .entrySet().stream()
            .filter(entry -> reasons.containsKey(entry.getKey()))
            .map(
                entry ->
                    "%s=%s is not used: %s"
                        .formatted(entry.getKey(), entry.getValue(), reasons.get(entry.getKey())))
            .toList();
  }
}
