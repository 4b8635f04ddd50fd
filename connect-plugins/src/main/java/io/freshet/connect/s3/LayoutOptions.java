package io.freshet.connect.s3;

import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.partition.Partitioner;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How records are spread over files.
 *
 * @param path in which folder a record is landed
 * @param filePerSchema whether files of several schemas are open side by side
 * @param maxOpenFiles files that one partition may have open
 */
record LayoutOptions(PathOptions path, boolean filePerSchema, int maxOpenFiles) {
  static final String COMPATIBILITY = "schema.compatibility";
  static final String ROTATE_ON_SCHEMA = "rotate.on.schema.change";
  static final String MAX_OPEN_FILES = "max.open.files.per.partition";

  private static final String GROUP = "Layout";

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        COMPATIBILITY,
        Type.STRING,
        "NONE",
        only("NONE"),
        Importance.MEDIUM,
        "What happens when a partition's schema changes. NONE: another schema begins another file.",
        GROUP,
        ++order,
        Width.SHORT,
        COMPATIBILITY);
    def.define(
        ROTATE_ON_SCHEMA,
        Type.BOOLEAN,
        true,
        Importance.MEDIUM,
        "Whether another schema completes the open file. If not, one file is open for each schema, so"
            + " that versions which alternate make no small files; the files are then landed"
            + " together by a commit record, which readers of the folder must follow.",
        GROUP,
        ++order,
        Width.SHORT,
        ROTATE_ON_SCHEMA);
    def.define(
        MAX_OPEN_FILES,
        Type.INT,
        1_000,
        ConfigDef.Range.atLeast(1),
        Importance.LOW,
        "Files that one Kafka partition may have open, where it is spread over several; one more"
            + " lands them all.",
        GROUP,
        ++order,
        Width.SHORT,
        MAX_OPEN_FILES);
  }

  static LayoutOptions from(AbstractConfig config) {
    return new LayoutOptions(
        PathOptions.from(config),
        !config.getBoolean(ROTATE_ON_SCHEMA),
        config.getInt(MAX_OPEN_FILES));
  }

  /**
   * @param clock the time of a partitioner that goes by the clock on the wall
   * @param messages reader of Avro messages that are landed in another form; absent: none are read
   * @param topicsDir folder of the landing log
   * @param parts what is landed of the records beside their values
   */
  Layout layout(
      Clock clock,
      Optional<? extends RecordEncoder> messages,
      String topicsDir,
      RecordPartOptions parts) {
    Partitioner partitioner = path.partitioner(clock, messages);
    return new Layout(
        partitioner == Partitioner.KAFKA_PARTITION
            ? partitioner
            : new FittingPaths(
                path.readsValues() ? parts.withTombstones(partitioner) : partitioner, topicsDir),
        filePerSchema,
        parts.hasFiles(),
        maxOpenFiles);
  }

  private static ConfigDef.Validator only(String name, String... aliases) {
    List<String> known =
        Stream.concat(Stream.of(name), Stream.of(aliases))
            .map(value -> value.toLowerCase(Locale.ROOT))
            .toList();
    return Checks.that(
        "[" + name + "]",
        value -> {
          if (!known.contains(value.strip().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                "is not supported by this version; use '%s' or take it out".formatted(name));
          }
        });
  }
}
