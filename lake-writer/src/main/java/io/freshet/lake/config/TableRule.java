package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of {@code tables}: what tables its topics make.
 *
 * @param topics its topics
 * @param database name of the metastore database, with placeholders
 * @param table name of the table, with placeholders: {@code {topic}} and, of a topic named {@code
 *     prefix.schema.table}, {@code {prefix}}, {@code {schema}} and {@code {table}}
 * @param settings all else
 */
public record TableRule(
    TopicPattern topics, String database, String table, TableSettings settings) {

  /** What Hive accepts as a database's or a table's name, in the lower case that it folds to. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)}");
  private static final List<String> KNOWN = List.of("topic", "prefix", "schema", "table");

  /**
   * The table that a topic makes.
   *
   * @param topic one of {@link #topics}
   * @throws LakeException if its name is none that Hive accepts
   */
  public TableConfig tableOf(String topic) {
    return new TableConfig(
        topic, name("database", database, topic), name("table", table, topic), settings);
  }

  private static String name(String key, String template, String topic) {
    String name = fill(template, topic);
    if (!NAME.matcher(name).matches()) {
      throw new LakeException(
          "%s of topic %s is '%s', but a name is made of a-z, 0-9 and _ and does not begin with a digit; give the topic an entry of its own in tables"
              .formatted(key, topic, name));
    }
    return name;
  }

  private static String fill(String template, String topic) {
    Matcher matcher = PLACEHOLDER.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value(matcher.group(1), topic)));
    }
    return matcher.appendTail(filled).toString();
  }

  /** A part of a topic's name, in the letters that Hive's names have. */
  private static String value(String placeholder, String topic) {
    String[] parts = topic.split("\\.");
    String part =
        switch (placeholder) {
          case "topic" -> topic;
          case "prefix" -> parts[0];
          case "schema" -> parts.length < 2 ? "" : parts[parts.length - 2];
          default -> parts[parts.length - 1];
        };
    return part.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
  }

  /**
   * @param at the template's place in the file, for the error's text
   * @throws LakeException if a template is no name with known placeholders
   */
  static String requireTemplate(String at, String template) {
    String rest = template;
    Matcher matcher = PLACEHOLDER.matcher(template);
    while (matcher.find()) {
      if (!KNOWN.contains(matcher.group(1))) {
        throw new LakeException(
            "%s holds the placeholder {%s}; there are %s".formatted(at, matcher.group(1), KNOWN));
      }
      rest = rest.replace(matcher.group(), "x");
    }
    if (!NAME.matcher(rest).matches()) {
      throw new LakeException(
          "%s is '%s', but a name is made of a-z, 0-9 and _ and does not begin with a digit"
              .formatted(at, template));
    }
    return template;
  }
}
