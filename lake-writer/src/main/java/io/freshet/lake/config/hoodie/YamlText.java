package io.freshet.lake.config.hoodie;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** YAML with comments, which no library writes. */
final class YamlText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./:@+-]*");

  private final StringBuilder text = new StringBuilder();

  YamlText comment(int indent, String comment) {
    text.append(" ".repeat(indent))
        .append("# ")
        .append(comment.replaceAll("\\s+", " "))
        .append('\n');
    return this;
  }

  YamlText section(int indent, String key) {
    text.append(" ".repeat(indent)).append(key).append(":\n");
    return this;
  }

  YamlText value(int indent, String key, String value) {
    text.append(" ".repeat(indent)).append(key).append(": ").append(scalar(value)).append('\n');
    return this;
  }

  YamlText number(int indent, String key, long value) {
    text.append(" ".repeat(indent)).append(key).append(": ").append(value).append('\n');
    return this;
  }

  YamlText list(int indent, String key, List<String> values) {
    text.append(" ".repeat(indent))
        .append(key)
        .append(values.stream().map(YamlText::scalar).collect(Collectors.joining(", ", ": [", "]")))
        .append('\n');
    return this;
  }

  /** A quoted scalar wherever a plain one might be read as something else. */
  static String scalar(String value) {
    boolean plain =
        PLAIN.matcher(value).matches()
            && !value.endsWith(":")
            && !value.matches("(?i)y|n|yes|no|on|off|true|false|null");
    try {
      return plain ? value : JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
