package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves {@code ${env:NAME}} and {@code ${file:/path:key}}, the latter from a properties file.
 */
final class Placeholders {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

  private final Map<String, String> environment;

  Placeholders(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Whether a value is one placeholder and nothing else. */
  static boolean isPlaceholder(String value) {
    return PLACEHOLDER.matcher(value).matches();
  }

  /**
   * @param at the value's place in the file, for the error's text; the value itself may be a secret
   *     and is never printed
   */
  String resolve(String at, String value) {
    Matcher matcher = PLACEHOLDER.matcher(value);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(lookup(at, matcher.group(1))));
    }
    return matcher.appendTail(resolved).toString();
  }

  private String lookup(String at, String reference) {
    if (reference.startsWith("env:")) {
      String name = reference.substring("env:".length());
      String value = environment.get(name);
      if (value == null) {
        throw new LakeException(
            "%s refers to environment variable %s, which is not set".formatted(at, name));
      }
      return value;
    }
    int colon = reference.lastIndexOf(':');
    if (reference.startsWith("file:") && colon > "file:".length()) {
      return fromFile(
          at,
          Path.of(reference.substring("file:".length(), colon)),
          reference.substring(colon + 1));
    }
    throw new LakeException(
        "%s holds the placeholder ${%s}; write ${env:NAME} or ${file:/path:key}"
            .formatted(at, reference));
  }

  private static String fromFile(String at, Path file, String key) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException unreadable) {
      throw new LakeException(
          "%s refers to file %s, which can't be read".formatted(at, file), unreadable);
    }
    String value = properties.getProperty(key);
    if (value == null) {
      throw new LakeException("%s refers to key %s, which %s lacks".formatted(at, key, file));
    }
    return value;
  }
}
