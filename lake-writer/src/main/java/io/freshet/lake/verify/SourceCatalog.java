package io.freshet.lake.verify;

import io.freshet.lake.LakeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What PostgreSQL's catalog says of the tables that feed topics. */
final class SourceCatalog {
  /** Debezium makes a topic's name of the prefix, the schema and the table, without odd letters. */
  private static final String TABLE =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', c.reltuples::bigint,
             has_table_privilege(c.oid, 'SELECT'), length(t.suffix)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
           LATERAL (SELECT '.' || regexp_replace(n.nspname || '.' || c.relname,
                                                 '[^a-zA-Z0-9._-]', '_', 'g') AS suffix) t
      WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND right(?, length(t.suffix)) = t.suffix
      ORDER BY length(t.suffix) DESC
      """;

  private static final String COLUMNS =
      """
      WITH RECURSIVE based AS (
        SELECT attnum, attname, atttypid AS type, atttypmod AS modifier
        FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT b.attnum, b.attname, t.typbasetype, greatest(b.modifier, t.typtypmod)
        FROM based b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd')
      SELECT b.attname, b.modifier, t.typname, t.typtype, tn.nspname,
             e.typname, e.typtype, en.nspname
      FROM based b
        JOIN pg_type t ON t.oid = b.type
        JOIN pg_namespace tn ON tn.oid = t.typnamespace
        LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
        LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
      WHERE t.typtype <> 'd' ORDER BY b.attnum
      """;

  private SourceCatalog() {}

  /**
   * The table that feeds a topic.
   *
   * @throws LakeException if there is none, or it may not be read
   */
  static SourceTable of(Connection connection, String topic) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(TABLE)) {
      query.setString(1, topic);
      try (ResultSet found = query.executeQuery()) {
        if (!found.next()) {
          throw new LakeException(
              "no table of database %s has the name that topic %s ends with; verify compares topics that are named <prefix>.<schema>.<table>"
                  .formatted(connection.getCatalog(), topic));
        }
        String label = found.getString(2) + "." + found.getString(3);
        if (!found.getBoolean(6)) {
          throw new LakeException(
              "user %s may not read %s; GRANT SELECT ON %s TO %s"
                  .formatted(
                      connection.getMetaData().getUserName(),
                      label,
                      label,
                      connection.getMetaData().getUserName()));
        }
        return new SourceTable(
            found.getString(2),
            found.getString(3),
            found.getBoolean(4),
            found.getLong(5),
            columns(connection, found.getLong(1)));
      }
    }
  }

  private static List<SourceTable.SourceColumn> columns(Connection connection, long table)
      throws SQLException {
    List<SourceTable.SourceColumn> columns = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setLong(1, table);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          int modifier = rows.getInt(2);
          Optional<SourceType> element =
              rows.getString(6) == null
                  ? Optional.empty()
                  : Optional.of(
                      type(
                          rows.getString(6),
                          rows.getString(7),
                          rows.getString(8),
                          modifier,
                          Optional.empty()));
          columns.add(
              new SourceTable.SourceColumn(
                  rows.getString(1),
                  type(
                      rows.getString(3), rows.getString(4), rows.getString(5), modifier, element)));
        }
      }
    }
    return columns;
  }

  private static SourceType type(
      String name, String kind, String schema, int modifier, Optional<SourceType> element) {
    return new SourceType(
        name, kind, SourceTable.quoted(schema) + "." + SourceTable.quoted(name), modifier, element);
  }
}
