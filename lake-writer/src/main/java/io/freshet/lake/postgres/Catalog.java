package io.freshet.lake.postgres;

import io.freshet.lake.LakeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What PostgreSQL's catalog says of tables. */
public final class Catalog {
  private static final String RELATIONS =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples,
             current_setting('block_size')::int AS block_bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_t'
        AND NOT c.relispartition
      """;

  /** Domains are followed to the type that they are based on, and to its modifier. */
  private static final String COLUMNS =
      """
      WITH RECURSIVE base AS (
        SELECT a.attnum, a.attname, a.attgenerated, a.atttypid AS type, a.atttypmod AS modifier
        FROM pg_attribute a
        WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT b.attnum, b.attname, b.attgenerated, t.typbasetype,
               CASE WHEN t.typtypmod >= 0 THEN t.typtypmod ELSE b.modifier END
        FROM base b JOIN pg_type t ON t.oid = b.type
        WHERE t.typtype = 'd'
      )
      SELECT b.attname, b.attgenerated, b.modifier, t.typname, t.typtype,
             coalesce(e.typname, '') AS element, coalesce(e.typtype, ' ') AS element_kind
      FROM base b
      JOIN pg_type t ON t.oid = b.type
      LEFT JOIN pg_type e ON e.typarray = t.oid
      WHERE t.typtype <> 'd'
      ORDER BY b.attnum
      """;

  private static final String KEY =
      """
      SELECT a.attname
      FROM pg_index i
      CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = ? AND i.indisprimary AND k.place <= i.indnkeyatts
      ORDER BY k.place
      """;

  private static final String LEAVES =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind,
             coalesce(pg_relation_filenode(c.oid), 0)::bigint AS file,
             CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END AS bytes,
             c.reltuples
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid IN (
        SELECT t.relid FROM pg_partition_tree(?::bigint::oid::regclass) t WHERE t.isleaf
        UNION ALL SELECT ?::bigint::oid)
        AND c.relkind IN ('r', 'm', 'f')
      ORDER BY n.nspname, c.relname
      """;

  private final Connection connection;

  /**
   * @param connection what it is asked with; the caller's to close
   */
  public Catalog(Connection connection) {
    this.connection = connection;
  }

  /** The names of all tables and views of users, as {@code schema.table}, in their order. */
  public List<String> titles() throws SQLException {
    List<String> titles = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(RELATIONS + " ORDER BY 2, 3");
        ResultSet found = query.executeQuery()) {
      while (found.next()) {
        titles.add(found.getString(2) + "." + found.getString(3));
      }
    }
    return titles;
  }

  /**
   * A table or view.
   *
   * @param title {@code schema.table}
   * @throws LakeException if there is none of that name
   */
  public Relation relation(String title) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(RELATIONS + " AND n.nspname || '.' || c.relname = ?")) {
      query.setString(1, title);
      try (ResultSet found = query.executeQuery()) {
        if (!found.next()) {
          throw new LakeException(
              "there is no table or view %s in the database %s, or it is a partition; check its name, which is case-sensitive"
                  .formatted(title, connection.getCatalog()));
        }
        return relation(found);
      }
    }
  }

  private Relation relation(ResultSet found) throws SQLException {
    long oid = found.getLong("oid");
    int blockBytes = found.getInt("block_bytes");
    double[] rows = {-1};
    List<Leaf> leaves = leaves(oid, blockBytes, rows);
    return new Relation(
        oid,
        found.getString("nspname"),
        found.getString("relname"),
        found.getString("relkind").charAt(0),
        key(oid),
        columns(oid),
        leaves,
        blockBytes,
        (long) rows[0]);
  }

  /**
   * @param rows what is set to the number of rows in all of them, if it is known
   */
  private List<Leaf> leaves(long oid, int blockBytes, double[] rows) throws SQLException {
    List<Leaf> leaves = new ArrayList<>();
    double total = 0;
    try (PreparedStatement query = connection.prepareStatement(LEAVES)) {
      query.setLong(1, oid);
      query.setLong(2, oid);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          boolean hasBlocks = found.getString("relkind").charAt(0) != 'f';
          leaves.add(
              new Leaf(
                  found.getLong("oid"),
                  found.getString("nspname"),
                  found.getString("relname"),
                  (found.getLong("bytes") + blockBytes - 1) / blockBytes,
                  found.getLong("file"),
                  hasBlocks));
          double tuples = found.getDouble("reltuples");
          total = tuples < 0 || total < 0 ? -1 : total + tuples;
        }
      }
    }
    rows[0] = leaves.isEmpty() ? -1 : total;
    return leaves;
  }

  private List<String> key(long oid) throws SQLException {
    List<String> key = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(KEY)) {
      query.setLong(1, oid);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          key.add(found.getString(1));
        }
      }
    }
    return key;
  }

  private List<PostgresColumn> columns(long oid) throws SQLException {
    List<PostgresColumn> columns = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setLong(1, oid);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          columns.add(
              new PostgresColumn(
                  found.getString("attname"),
                  found.getString("typname"),
                  found.getString("typtype").charAt(0),
                  found.getInt("modifier"),
                  found.getString("element"),
                  blankOr(found.getString("element_kind")),
                  !blank(found.getString("attgenerated"))));
        }
      }
    }
    return columns;
  }

  private static boolean blank(String text) {
    return text == null || text.isBlank() || text.charAt(0) == 0;
  }

  private static char blankOr(String text) {
    return blank(text) ? ' ' : text.charAt(0);
  }

  /** A server's setting; empty if it has none of that name. */
  public Optional<String> setting(String name) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT current_setting(?, true)")) {
      query.setString(1, name);
      try (ResultSet found = query.executeQuery()) {
        return found.next() ? Optional.ofNullable(found.getString(1)) : Optional.empty();
      }
    }
  }
}
