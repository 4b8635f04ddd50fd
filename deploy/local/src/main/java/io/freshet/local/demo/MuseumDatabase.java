package io.freshet.local.demo;

import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The museum's tables in PostgreSQL. Every change is a transaction of its own. */
final class MuseumDatabase implements AutoCloseable {
  private final Connection connection;

  private MuseumDatabase(Connection connection) {
    this.connection = connection;
  }

  static MuseumDatabase connect(Stack stack) {
    Map<String, Object> endpoint = stack.endpoints().get("postgres");
    Properties login = new Properties();
    login.setProperty("user", endpoint.get("user").toString());
    login.setProperty("password", stack.secrets().postgresPassword());
    String url = endpoint.get("jdbcUrl").toString();
    try {
      return new MuseumDatabase(DriverManager.getConnection(url, login));
    } catch (SQLException e) {
      throw new StackException("PostgreSQL at " + url + " refused: " + e.getMessage(), e);
    }
  }

  /** Creates both tables and fills them, in one transaction. */
  void fill(Museum museum) {
    try {
      connection.setAutoCommit(false);
      create(SourceTable.ARTISTS);
      create(SourceTable.ARTWORKS);
      try (PreparedStatement insert = insertInto(SourceTable.ARTISTS)) {
        for (Artist a : museum.artists()) {
          add(insert, a.id(), a.name(), a.nationality(), a.gender(), a.birthYear(), a.deathYear());
        }
        insert.executeBatch();
      }
      try (PreparedStatement insert = insertInto(SourceTable.ARTWORKS)) {
        for (Artwork a : museum.artworks()) {
          add(insert, a.id(), a.title(), a.artistId(), a.medium(), a.acquired(), a.price());
        }
        insert.executeBatch();
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new StackException("the museum's tables can't be filled: " + e.getMessage(), e);
    }
  }

  private void create(SourceTable table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table %s (%s)".formatted(table.name(), table.definition()));
    }
  }

  private PreparedStatement insertInto(SourceTable table) throws SQLException {
    return connection.prepareStatement(
        "insert into %s values (%s)"
            .formatted(table.name(), "?, ".repeat(table.columns().size() - 1) + "?"));
  }

  private static void add(PreparedStatement insert, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      insert.setObject(i + 1, values[i]);
    }
    insert.addBatch();
  }

  /**
   * Runs one INSERT, UPDATE or DELETE and commits it.
   *
   * @return how many rows it changed
   */
  int change(String sql) {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new StackException(sql + " failed: " + e.getMessage(), e);
    }
  }

  /**
   * Reads rows as text.
   *
   * @param condition such as {@code medium = 'Ink'}, or {@code true} for all
   * @return in the key's order; null for NULL
   */
  List<Map<String, String>> rows(SourceTable table, String condition) {
    String query =
        "select %s from %s where %s order by %s.%s"
            .formatted(table.texts("text"), table.name(), condition, table.name(), table.key());
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<Map<String, String>> rows = new ArrayList<>();
      while (result.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (String column : table.columns()) {
          row.put(column, result.getString(column));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new StackException(query + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StackException("closing the database connection failed: " + e.getMessage(), e);
    }
  }
}
