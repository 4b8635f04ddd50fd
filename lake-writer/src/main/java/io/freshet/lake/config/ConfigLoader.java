package io.freshet.lake.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.freshet.lake.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the lake job's YAML. */
public final class ConfigLoader {
  /** What Hive accepts as a database's or a table's name, in the lower case that it folds to. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");

  private final Placeholders placeholders;

  /**
   * @param environment what {@code ${env:NAME}} refers to
   */
  public ConfigLoader(Map<String, String> environment) {
    this.placeholders = new Placeholders(environment);
  }

  /**
   * @throws LakeException if the file can't be read or says something that it must not, naming the
   *     key, the value and the fix
   */
  public LakeConfig load(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException missing) {
      throw new LakeException(
          "there is no config file " + file + "; name one with --config", missing);
    } catch (IOException unreadable) {
      throw new LakeException("config file " + file + " can't be read: " + unreadable, unreadable);
    } catch (LakeException invalid) {
      throw new LakeException(file + ": " + invalid.getMessage(), invalid);
    }
  }

  LakeConfig parse(String yaml) {
    Section top = new Section("", tree(yaml));
    Section lake = top.section("lake");
    LakeConfig config =
        new LakeConfig(
            lake.uri("warehouse"),
            lake.optionalUri("metastore"),
            source(top.section("source")),
            top.uri("registry"),
            lake.number("concurrent-tables", 2, 1, 64),
            tables(top.sections("tables")));
    lake.refuseUnknownKeys();
    top.refuseUnknownKeys();
    return config;
  }

  private static SourceConfig source(Section source) {
    SourceConfig config =
        new SourceConfig(
            source.choice("kind", SourceKind.LANDING),
            source.uri("root"),
            Duration.ofMillis(source.number("poll-interval-ms", 500, 50, 3_600_000)));
    source.refuseUnknownKeys();
    return config;
  }

  private static List<TableConfig> tables(List<Section> sections) {
    List<TableConfig> tables = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section section : sections) {
      TableConfig table =
          new TableConfig(
              section.text("topic"),
              name(section, "database"),
              name(section, "table"),
              section.choice("type", TableType.MERGE_ON_READ),
              section.texts("partition-by"),
              section.choice("deletes", DeleteMode.SOFT));
      section.refuseUnknownKeys();
      if (!names.add(table.name())) {
        throw new LakeException(
            section.at("table") + ": " + table.name() + " is named twice; a table has one writer");
      }
      tables.add(table);
    }
    return tables;
  }

  private static String name(Section section, String key) {
    String name = section.text(key);
    if (!NAME.matcher(name).matches()) {
      throw new LakeException(
          "%s is '%s', but a name is made of a-z, 0-9 and _ and does not begin with a digit"
              .formatted(section.at(key), name));
    }
    return name;
  }

  private JsonNode tree(String yaml) {
    try {
      ObjectMapper mapper =
          new ObjectMapper(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
      JsonNode tree = mapper.readTree(yaml);
      return resolved("", tree == null || tree.isEmpty() ? mapper.createObjectNode() : tree);
    } catch (JsonProcessingException malformed) {
      throw new LakeException(
          "not valid YAML at line %d, column %d: %s"
              .formatted(
                  malformed.getLocation() == null ? 0 : malformed.getLocation().getLineNr(),
                  malformed.getLocation() == null ? 0 : malformed.getLocation().getColumnNr(),
                  malformed.getOriginalMessage().lines().findFirst().orElse("")),
          malformed);
    }
  }

  /** A copy with the placeholders resolved: after parsing, so that a value can't add keys. */
  private JsonNode resolved(String at, JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object
          .fields()
          .forEachRemaining(
              field ->
                  copy.set(
                      field.getKey(),
                      resolved(
                          at.isEmpty() ? field.getKey() : at + "." + field.getKey(),
                          field.getValue())));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      for (int i = 0; i < array.size(); i++) {
        copy.add(resolved(at + "[" + i + "]", array.get(i)));
      }
      return copy;
    }
    return node.isTextual() ? new TextNode(placeholders.resolve(at, node.textValue())) : node;
  }
}
