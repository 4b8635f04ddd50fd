package io.freshet.connectors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connector config on disk: a flat JSON object, the body of {@code PUT
 * /connectors/<name>/config}.
 *
 * @param path where it was read from
 * @param name the connector's name: the {@code "name"} property, else the file's base name
 * @param config its keys and values in file order, as they stand there; {@code name} is included
 */
record ConnectorFile(Path path, String name, Map<String, String> config) {
  private static final String NAME = "name";
  private static final String SUFFIX = ".json";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  ConnectorFile {
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
  }

  /**
   * @throws CommandException (usage) naming file, line, column and key if it is no such object
   */
  static ConnectorFile read(Path path) {
    Map<String, String> config = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(Files.readString(path))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(
            path, json.currentTokenLocation(), "expected a JSON object of keys and values");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        config.put(key, scalar(path, json, key, value));
      }
      if (json.nextToken() != null) {
        throw malformed(
            path, json.currentTokenLocation(), "something follows the object's closing brace");
      }
    } catch (JsonProcessingException bad) {
      throw malformed(path, bad.getLocation(), reason(bad));
    } catch (NoSuchFileException missing) {
      throw CommandException.usage(path + ": no such file", missing);
    } catch (IOException unreadable) {
      throw CommandException.usage(path + ": cannot be read: " + unreadable, unreadable);
    }
    String name = config.getOrDefault(NAME, baseName(path));
    if (name.isBlank()) {
      throw CommandException.usage(path + ": the connector's \"name\" is empty", null);
    }
    config.put(NAME, name);
    return new ConnectorFile(path, name, config);
  }

  private static String scalar(Path path, JsonParser json, String key, JsonToken value)
      throws IOException {
    return switch (value) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          json.getText();
      case VALUE_NULL ->
          throw malformed(
              path, json.currentTokenLocation(), "'" + key + "' is null: leave the key out");
      case START_OBJECT ->
          throw malformed(
              path,
              json.currentTokenLocation(),
              "'"
                  + key
                  + "' is an object: a connector config is flat"
                  + ("config".equals(key) ? "; keep only what stands inside 'config'" : ""));
      case START_ARRAY ->
          throw malformed(
              path,
              json.currentTokenLocation(),
              "'" + key + "' is an array: write a list as one string, comma-separated");
      default -> throw malformed(path, json.currentTokenLocation(), "'" + key + "' has no value");
    };
  }

  private static String reason(JsonProcessingException bad) {
    String text = OneLine.of(bad.getOriginalMessage());
    return text.startsWith("Duplicate field ")
        ? "the key " + text.substring("Duplicate field ".length()) + " stands there twice"
        : text;
  }

  private static CommandException malformed(Path path, JsonLocation at, String reason) {
    String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
    return CommandException.usage(path + where + ": " + reason, null);
  }

  private static String baseName(Path path) {
    String file = path.getFileName().toString();
    return file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
  }

  /** Whether a command's argument means a file, not a connector's name. */
  static boolean isFile(String argument) {
    return argument.endsWith(SUFFIX) || argument.indexOf('/') >= 0;
  }
}
