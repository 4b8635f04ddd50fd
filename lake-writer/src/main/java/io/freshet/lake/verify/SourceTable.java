package io.freshet.lake.verify;

import java.util.List;

/**
 * A table in PostgreSQL.
 *
 * @param schema its schema
 * @param name its name
 * @param whole whether its rows are those of its partitions
 * @param rows about how many it has, as the planner believes; -1 if it does not know
 * @param columns in their order
 */
record SourceTable(
    String schema, String name, boolean whole, long rows, List<SourceColumn> columns) {

  /**
   * @param name as it is in PostgreSQL
   * @param type its type
   */
  record SourceColumn(String name, SourceType type) {}

  /** What a query reads from: a table that others inherit from is captured without theirs. */
  String from() {
    return (whole ? "" : "ONLY ") + quoted(schema) + "." + quoted(name);
  }

  /** {@code schema.name}. */
  String label() {
    return schema + "." + name;
  }

  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
