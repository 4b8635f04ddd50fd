package io.freshet.lake.postgres;

/** Names and texts in PostgreSQL's SQL. */
public final class Sql {
  private Sql() {}

  /** A name, whatever its letters. */
  public static String name(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** A table's name with its schema. */
  public static String name(String schema, String table) {
    return name(schema) + "." + name(table);
  }

  /** A text, by the standard: a backslash is one. */
  public static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
