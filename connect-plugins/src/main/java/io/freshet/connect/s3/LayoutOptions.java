package io.freshet.connect.s3;

import io.freshet.connect.avro.RecordEncoder;
import io.freshet.connect.avro.RecordProjector;
import io.freshet.connect.partition.Partitioner;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How records are spread over files.
 *
 * @param path in which folder a record is landed
 * @param compatibility when a record becomes one of another version of its schema
 * @param filePerSchema whether files of several schemas are open side by side
 * @param maxOpenFiles files that one partition may have open
 */
record LayoutOptions(
    PathOptions path, SchemaCompatibility compatibility, boolean filePerSchema, int maxOpenFiles) {
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
        Checks.that(Arrays.toString(SchemaCompatibility.values()), SchemaCompatibility::of),
        Importance.MEDIUM,
        "What happens when a folder's schema changes. NONE: another schema begins another file."
            + " BACKWARD, FULL: a newer version begins another file, a record of an older version"
            + " becomes one of the newer: fields that it lacks get their defaults. FORWARD: a record"
            + " of a newer version becomes one of the older, without the fields that only it has; an"
            + " older version begins another file. Versions are ordered by the registry's ids, those"
            + " of decoded data by Connect's version of the schema; where neither tells them apart, a"
            + " record changes its schema only if it loses nothing. A record that can't is a bad"
            + " record. With _TRANSITIVE after it a name means the same.",
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
        SchemaCompatibility.of(config.getString(COMPATIBILITY)),
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
        maxOpenFiles,
        compatibility,
        new RecordProjector());
  }
}
