package io.freshet.lake.config.hoodie;

import static io.freshet.lake.config.hoodie.StreamerInput.SYNC;
import static io.freshet.lake.config.hoodie.StreamerInput.WRITE;

import io.freshet.lake.LakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns HoodieStreamer's properties and flags into the lake job's YAML. What has no meaning here is
 * said in a comment.
 */
public final class StreamerConfig {
  private final StreamerInput input;

  private StreamerConfig(StreamerInput input) {
    this.input = input;
  }

  /**
   * The YAML.
   *
   * @param file HoodieStreamer's properties
   * @param flags what its command line had besides: each flag's name with its dashes, and its
   *     value; empty for a switch
   * @param overrides what was given as {@code --hoodie-conf}
   * @throws LakeException if a file can't be read, or something is missing or can't be turned into
   *     a lake table, naming the key or flag and the fix
   */
  public static String yaml(Path file, Map<String, String> flags, Map<String, String> overrides) {
    StreamerProperties properties = StreamerProperties.load(file);
    overrides.forEach(properties::put);
    return new StreamerConfig(new StreamerInput(properties, flags)).yaml(file);
  }

  private String yaml(Path file) {
    StreamerSource source = new StreamerSource(input);
    String[] name = table(source.topic());
    YamlText yaml = new YamlText();
    yaml.comment(0, "From " + file.getFileName() + ", for tables that are made anew: one that");
    yaml.comment(
        0, "HoodieStreamer wrote has no position in its topic that could be gone on from.");
    lake(yaml, name);
    source.write(yaml);
    yaml.value(0, "registry", source.registryBase());
    services(yaml);
    yaml.section(0, "tables");
    table(yaml, source.topic(), name);
    keysAndOrder();
    Map<String, String> notes = input.notes();
    if (!notes.isEmpty()) {
      yaml.comment(0, "").comment(0, "What has no setting here, and why:");
      notes.forEach((setting, why) -> yaml.comment(0, setting + " - " + why));
    }
    return yaml.toString();
  }

  private String[] table(String topic) {
    String target =
        input
            .flag("--target-table")
            .or(() -> input.get("hoodie.table.name"))
            .or(() -> input.get(SYNC + "table"))
            .orElse(topic.substring(topic.lastIndexOf('.') + 1));
    int dot = target.lastIndexOf('.');
    String database =
        input
            .get(SYNC + "database")
            .or(() -> input.get("hoodie.database.name"))
            .orElse(dot < 0 ? "default" : target.substring(0, dot));
    String table = input.get(SYNC + "table").orElse(target.substring(dot + 1));
    return new String[] {database.toLowerCase(Locale.ROOT), table.toLowerCase(Locale.ROOT)};
  }

  private void lake(YamlText yaml, String[] name) {
    String base =
        StreamerInput.trimmed(
            StreamerInput.s3a(
                input
                    .flag("--target-base-path")
                    .or(() -> input.get("hoodie.base.path"))
                    .orElseThrow(
                        () ->
                            new LakeException(
                                "--target-base-path is missing; it says where the table lies"))));
    String tail = "/" + name[0] + "/" + name[1];
    boolean below = base.endsWith(tail) && base.length() > tail.length();
    String warehouse =
        below
            ? base.substring(0, base.length() - tail.length())
            : base.substring(0, Math.max(base.lastIndexOf('/'), 0));
    yaml.section(0, "lake");
    if (!below) {
      yaml.comment(
          2,
          "--target-base-path was %s; the table will lie at %s%s".formatted(base, warehouse, tail));
    }
    yaml.value(2, "warehouse", warehouse);
    boolean sync =
        input.flag("--enable-sync").isPresent()
            | input.flag("--enable-hive-sync").isPresent()
            | input.get(SYNC + "enable").map(Boolean::parseBoolean).orElse(false)
            | input
                .get("hoodie.datasource.meta.sync.enable")
                .map(Boolean::parseBoolean)
                .orElse(false);
    Optional<String> metastore = input.get(SYNC + "metastore.uris");
    if (sync && metastore.isPresent()) {
      yaml.value(2, "metastore", metastore.get().split(",")[0]);
    } else if (sync) {
      yaml.comment(
          2,
          "metastore: thrift://<host>:9083 - sync was on, but through HiveServer2's JDBC; name the metastore's own address");
    } else {
      metastore.ifPresent(
          uri -> yaml.comment(2, "metastore: " + uri + " - was named, but sync was off"));
    }
  }

  private void services(YamlText yaml) {
    input
        .get("hoodie.compact.inline.max.delta.commits")
        .ifPresent(
            commits ->
                yaml.section(0, "services")
                    .number(
                        2,
                        "compact-after-commits",
                        StreamerInput.number("hoodie.compact.inline.max.delta.commits", commits)));
  }

  private void table(YamlText yaml, String topic, String[] name) {
    yaml.value(2, "- topic", topic).value(4, "database", name[0]).value(4, "table", name[1]);
    String type =
        input
            .flag("--table-type")
            .or(() -> input.get(WRITE + "table.type"))
            .orElse("COPY_ON_WRITE")
            .toUpperCase(Locale.ROOT);
    if (!List.of("COPY_ON_WRITE", "MERGE_ON_READ").contains(type)) {
      throw new LakeException(
          "--table-type is '" + type + "', but must be COPY_ON_WRITE or MERGE_ON_READ");
    }
    yaml.value(4, "type", type.toLowerCase(Locale.ROOT).replace('_', '-'));
    List<String> partitions = partitions();
    if (!partitions.isEmpty()) {
      yaml.list(4, "partition-by", partitions);
    }
    String payload =
        StreamerInput.simpleName(
            input.flag("--payload-class").or(() -> input.get(WRITE + "payload.class")).orElse(""));
    boolean hard =
        payload.contains("Debezium")
            || payload.contains("Dms")
            || input.get("hoodie.payload.delete.field").isPresent();
    input.get("hoodie.payload.delete.marker");
    yaml.comment(
        4,
        hard
            ? "soft would keep deleted rows, with their key and change columns alone"
            : "hard would take deleted rows away; HoodieStreamer upserted them like others");
    yaml.value(4, "deletes", hard ? "hard" : "soft");
    input
        .get("hoodie.cleaner.hours.retained")
        .or(() -> input.get("hoodie.clean.hours.retained"))
        .ifPresent(
            hours ->
                yaml.number(
                    4,
                    "time-travel-hours",
                    Math.max(1, StreamerInput.number("hoodie.cleaner.hours.retained", hours))));
  }

  private List<String> partitions() {
    String generator =
        StreamerInput.simpleName(input.get(WRITE + "keygenerator.class").orElse(""))
            + input.get(WRITE + "keygenerator.type").orElse("");
    if (generator.toLowerCase(Locale.ROOT).startsWith("non")) {
      input
          .get(WRITE + "partitionpath.field")
          .ifPresent(
              field ->
                  input.note(
                      WRITE + "partitionpath.field=" + field,
                      "the key generator had no partitions"));
      return List.of();
    }
    List<String> columns = new ArrayList<>();
    for (String field : input.get(WRITE + "partitionpath.field").orElse("").split(",")) {
      String[] parts = field.strip().split(":");
      if (parts.length > 1 && !parts[1].equalsIgnoreCase("simple")
          || generator.startsWith("Timestamp")) {
        input.note(
            WRITE + "partitionpath.field=" + field,
            "partitions made of a formatted time; add a column to the source, such as a generated date, and partition by that");
      } else if (!parts[0].isEmpty()) {
        columns.add(parts[0]);
      }
    }
    return columns;
  }

  private void keysAndOrder() {
    input
        .get(WRITE + "recordkey.field")
        .ifPresent(
            keys ->
                input.note(
                    WRITE + "recordkey.field=" + keys,
                    "key columns are those of the topic's key schema in the registry; see that they are these"));
    String order =
        "changes are ordered by their Kafka offsets, which no clock or LSN is as right as";
    input
        .flag("--source-ordering-field")
        .ifPresent(field -> input.note("--source-ordering-field " + field, order));
    input
        .get(WRITE + "precombine.field")
        .ifPresent(field -> input.note(WRITE + "precombine.field=" + field, order));
  }
}
