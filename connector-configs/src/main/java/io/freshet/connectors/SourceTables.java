package io.freshet.connectors;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which tables a Debezium PostgreSQL connector captures: its lists of expressions, each of which
 * must match a whole name, in any case.
 */
final class SourceTables {
  private final Map<String, String> config;

  SourceTables(Map<String, String> config) {
    this.config = config;
  }

  /**
   * @param schema a schema's name
   * @param table the name of a table in it
   */
  boolean capture(String schema, String table) {
    String name = schema + "." + table;
    return among("schema.include.list", schema, true)
        && !among("schema.exclude.list", schema, false)
        && among("table.include.list", name, true)
        && !among("table.exclude.list", name, false);
  }

  private boolean among(String key, String name, boolean absent) {
    String list = config.getOrDefault(key, "");
    return list.isBlank()
        ? absent
        : Arrays.stream(list.split(","))
            .map(String::strip)
            .anyMatch(
                each -> Pattern.compile(each, Pattern.CASE_INSENSITIVE).matcher(name).matches());
  }
}
