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
import java.util.List;
import java.util.function.Function;

/** What a YAML file holds, with its placeholders resolved. */
final class YamlTree {
  private final Placeholders placeholders;
  private final String secret;

  /**
   * @param secret path of the one value that must not stand in the file, such as {@code
   *     postgres.password}
   */
  YamlTree(Placeholders placeholders, String secret) {
    this.placeholders = placeholders;
    this.secret = secret;
  }

  /**
   * Reads a file.
   *
   * @param option the command's option that names it
   * @param parse makes something of its text
   * @throws LakeException if it can't be read
   * @throws ConfigException what {@code parse} throws, with the file's name in each problem
   */
  static <T> T load(Path file, String option, Function<String, T> parse) {
    try {
      return parse.apply(Files.readString(file));
    } catch (NoSuchFileException missing) {
      throw new LakeException(
          "there is no config file " + file + "; name one with " + option, missing);
    } catch (IOException unreadable) {
      throw new LakeException("config file " + file + " can't be read: " + unreadable, unreadable);
    } catch (ConfigException invalid) {
      throw new ConfigException(
          invalid.problems().stream().map(problem -> file + ": " + problem).toList());
    }
  }

  /**
   * @param problems who is told of what is wrong at a path
   * @throws ConfigException if the text is no YAML
   */
  JsonNode read(String yaml, Function<String, Problems> problems) {
    try {
      ObjectMapper mapper =
          new ObjectMapper(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
      JsonNode tree = mapper.readTree(yaml);
      return resolved(
          "", tree == null || tree.isEmpty() ? mapper.createObjectNode() : tree, problems);
    } catch (JsonProcessingException malformed) {
      throw new ConfigException(
          List.of(
              "not valid YAML at line %d, column %d: %s"
                  .formatted(
                      malformed.getLocation() == null ? 0 : malformed.getLocation().getLineNr(),
                      malformed.getLocation() == null ? 0 : malformed.getLocation().getColumnNr(),
                      malformed.getOriginalMessage().lines().findFirst().orElse(""))));
    }
  }

  /** A copy with the placeholders resolved: after parsing, so that a value can't add keys. */
  private JsonNode resolved(String at, JsonNode node, Function<String, Problems> problems) {
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
                          field.getValue(),
                          problems)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      for (int i = 0; i < array.size(); i++) {
        copy.add(resolved(at + "[" + i + "]", array.get(i), problems));
      }
      return copy;
    }
    if (at.equals(secret) && !Placeholders.isPlaceholder(node.asText())) {
      problems
          .apply("")
          .add(
              secret
                  + " stands in the file; write where it is instead: ${env:NAME} or ${file:/path:key}");
      return Section.UNRESOLVED;
    }
    return node.isTextual()
        ? problems
            .apply(at)
            .<JsonNode>or(
                Section.UNRESOLVED, () -> new TextNode(placeholders.resolve(at, node.textValue())))
        : node;
  }
}
