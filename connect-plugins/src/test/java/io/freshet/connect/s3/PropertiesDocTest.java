package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

/** The document of all properties says what the connector's definition says. */
class PropertiesDocTest {
  private static final Path DOCUMENT = Path.of("PROPERTIES.md");

  /** Set to write the document instead of comparing it. */
  private static final String WRITE = "freshet.properties.write";

  private static final String COMMAND =
      "mvn -q -pl schemas,connect-plugins -Dtest=PropertiesDocTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=true test";

  private static final String INTRODUCTION =
      """
      # Properties of the S3 sink

      Written from the connector's own definition; after a change of that, run
      `%s`

      Beside these a connector has Kafka Connect's own properties: `name`, `connector.class`, `tasks.max`,
      `topics` or `topics.regex`, converters, transforms, predicates, `errors.*`, `consumer.override.*`.
      `PUT …/config/validate` refuses every other name and proposes the nearest one.
      """
          .formatted(COMMAND);

  @Test
  void theDocumentIsUpToDate() throws IOException {
    String current = INTRODUCTION + tables(S3SinkConfig.definition());
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(DOCUMENT, current);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as("connect-plugins/PROPERTIES.md is stale; to write it anew, run: " + COMMAND)
        .isEqualTo(current);
  }

  @Test
  void everyPropertyHasARow() {
    String tables = tables(S3SinkConfig.definition());
    assertThat(S3SinkConfig.definition().names())
        .allSatisfy(name -> assertThat(tables).contains("\n| `" + name + "` |"));
  }

  @Test
  void aRowSaysAllOfItsProperty() {
    ConfigDef def =
        new ConfigDef()
            .define(
                "a.limit",
                ConfigDef.Type.INT,
                7,
                ConfigDef.Range.between(1, 9),
                ConfigDef.Importance.LOW,
                "Either | or.",
                "Some",
                1,
                ConfigDef.Width.SHORT,
                "a.limit")
            .define(
                "a.secret",
                ConfigDef.Type.PASSWORD,
                ConfigDef.Importance.HIGH,
                "Needed.",
                "Some",
                2,
                ConfigDef.Width.SHORT,
                "a.secret");
    assertThat(tables(def))
        .contains("\n## Some\n")
        .contains("\n| `a.limit` | int | `7` | [1,...,9] | low | Either \\| or. |\n")
        .contains("\n| `a.secret` | password | *required* |  | high | Needed. |\n");
  }

  /** A table for each group, groups and properties in the order of the definition. */
  private static String tables(ConfigDef def) {
    Map<String, List<ConfigKey>> groups = new LinkedHashMap<>();
    for (ConfigKey key : def.configKeys().values()) {
      groups.computeIfAbsent(key.group, name -> new ArrayList<>()).add(key);
    }
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, keys) -> {
          text.append("\n## ").append(group).append("\n\n");
          text.append("| property | type | default | valid values | importance | |\n");
          text.append("|---|---|---|---|---|---|\n");
          keys.stream()
              .sorted(Comparator.comparingInt(key -> key.orderInGroup))
              .forEach(key -> text.append(row(key)));
        });
    return text.toString();
  }

  private static String row(ConfigKey key) {
    List<String> cells =
        Stream.of(
                "`" + key.name + "`",
                key.type.name().toLowerCase(Locale.ROOT),
                defaultValue(key),
                key.validator == null ? "" : key.validator.toString(),
                key.importance.name().toLowerCase(Locale.ROOT),
                key.documentation)
            .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
            .toList();
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String defaultValue(ConfigKey key) {
    if (!key.hasDefault()) {
      return "*required*";
    }
    // An empty password is no secret, but would be printed as one.
    String text =
        key.defaultValue instanceof Password secret
            ? secret.value()
            : ConfigDef.convertToString(key.defaultValue, key.type);
    return text == null || text.isEmpty() ? "" : "`" + text + "`";
  }
}
