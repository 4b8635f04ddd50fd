package io.freshet.lake.copy;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What JDBC does not say of a database and its driver. */
enum JdbcDatabase {
  POSTGRESQL,
  MYSQL,
  MARIADB,
  OTHER;

  static JdbcDatabase of(String url) {
    for (JdbcDatabase known : List.of(POSTGRESQL, MYSQL, MARIADB)) {
      if (url.startsWith("jdbc:" + known.name().toLowerCase(Locale.ROOT) + ":")) {
        return known;
      }
    }
    return OTHER;
  }

  /** Settings of the driver without which it would read amiss; the operator's stand before them. */
  Map<String, String> properties() {
    // A TIMESTAMP is an instant, which the server prints in the session's time zone.
    String utc = "time_zone='+00:00'";
    return switch (this) {
      case MYSQL ->
          Map.of(
              "sessionVariables",
              utc,
              // Else a whole table is read into memory.
              "useCursorFetch",
              "true",
              "yearIsDateType",
              "false");
      case MARIADB -> Map.of("sessionVariables", utc, "yearIsDateType", "false");
      default -> Map.of();
    };
  }

  /** What each session begins with; empty for nothing. */
  String sessionStatement() {
    return switch (this) {
      case POSTGRESQL -> "SET TIME ZONE 'UTC'";
      // Spark has no dialect of it, and quotes names as standard SQL does: to MariaDB those would
      // be texts, and each value of a column its name.
      case MARIADB ->
          "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'ANSI_QUOTES')";
      default -> "";
    };
  }

  /** Whether its dates' texts are {@code yyyy-MM-dd}, and its timestamps' with a time in UTC. */
  boolean hasPlainTimestamps() {
    return this != OTHER;
  }

  boolean isMySql() {
    return this == MYSQL || this == MARIADB;
  }

  /**
   * A table's primary key in its order; empty for none, or where the name is no table's.
   *
   * @param table as it stands in SQL
   */
  List<String> key(Connection connection, String table) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    List<String> names = List.of(table.replaceAll("[\"`\\[\\]]", "").split("\\."));
    String name = names.get(names.size() - 1);
    String folder = names.size() > 1 ? names.get(names.size() - 2) : null;
    boolean quoted = !table.matches("[\\w.$]*");
    if (!quoted && metadata.storesUpperCaseIdentifiers()) {
      name = name.toUpperCase(Locale.ROOT);
      folder = folder == null ? null : folder.toUpperCase(Locale.ROOT);
    } else if (!quoted && this == POSTGRESQL) {
      name = name.toLowerCase(Locale.ROOT);
      folder = folder == null ? null : folder.toLowerCase(Locale.ROOT);
    }
    // What others call a schema is a catalog to MySQL.
    String catalog = isMySql() && folder != null ? folder : connection.getCatalog();
    String schema = isMySql() ? null : folder == null ? connection.getSchema() : folder;
    Map<Short, String> key = new TreeMap<>();
    try (ResultSet columns = metadata.getPrimaryKeys(catalog, schema, name)) {
      while (columns.next()) {
        key.put(columns.getShort("KEY_SEQ"), columns.getString("COLUMN_NAME"));
      }
    }
    return List.copyOf(key.values());
  }
}
