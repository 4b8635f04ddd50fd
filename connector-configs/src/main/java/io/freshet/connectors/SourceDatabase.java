package io.freshet.connectors;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** A source connector's database, asked from here rather than from the worker. */
final class SourceDatabase {
  private static final String SECONDS = "10";

  private final Map<String, String> config;

  /**
   * @param config a Debezium PostgreSQL connector's, without placeholders
   */
  SourceDatabase(Map<String, String> config) {
    this.config = config;
  }

  /**
   * A table.
   *
   * @param published whether a publication has it
   */
  record Table(String schema, String name, boolean published) {
    String title() {
      return schema + "." + name;
    }
  }

  /**
   * What a snapshot has left there.
   *
   * @param publication the publication that has its mark
   * @param mark what it notes
   * @param slot whether its slot is there and keeps all that came since
   * @param tables all tables that could be captured
   */
  record State(String publication, SnapshotMark mark, boolean slot, List<Table> tables) {}

  /**
   * @return empty if neither the connector's slot nor its publication is a snapshot's
   * @throws SQLException if the database can't be asked
   */
  Optional<State> state() throws SQLException {
    try (Connection connection = open()) {
      Map<String, SnapshotMark> marks = marks(connection);
      String wanted = config.getOrDefault("publication.name", "dbz_publication");
      String slot = config.getOrDefault("slot.name", "debezium");
      Optional<String> publication =
          marks.containsKey(wanted)
              ? Optional.of(wanted)
              : marks.entrySet().stream()
                  .filter(mark -> mark.getValue().slot().equals(slot))
                  .map(Map.Entry::getKey)
                  .findFirst();
      if (publication.isEmpty()) {
        return Optional.empty();
      }
      SnapshotMark mark = marks.get(publication.get());
      return Optional.of(
          new State(
              publication.get(),
              mark,
              hasSlot(connection, mark.slot()),
              tables(connection, publication.get())));
    }
  }

  private Connection open() throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", config.getOrDefault("database.user", ""));
    login.setProperty("password", config.getOrDefault("database.password", ""));
    login.setProperty("connectTimeout", SECONDS);
    login.setProperty("socketTimeout", SECONDS);
    login.setProperty("ApplicationName", "freshet connectors");
    if (config.containsKey("database.sslmode")) {
      login.setProperty("sslmode", config.get("database.sslmode"));
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                config.getOrDefault("database.hostname", ""),
                config.getOrDefault("database.port", "5432"),
                config.getOrDefault("database.dbname", "")),
        login);
  }

  private static Map<String, SnapshotMark> marks(Connection connection) throws SQLException {
    Map<String, SnapshotMark> marks = new HashMap<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT pubname, obj_description(oid, 'pg_publication') FROM pg_publication");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        String publication = rows.getString(1);
        SnapshotMark.in(rows.getString(2)).ifPresent(mark -> marks.put(publication, mark));
      }
    }
    return marks;
  }

  private static boolean hasSlot(Connection connection, String slot) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT count(*) FROM pg_replication_slots WHERE slot_name = ? AND wal_status <> 'lost'")) {
      query.setString(1, slot);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getInt(1) > 0;
      }
    }
  }

  private static List<Table> tables(Connection connection, String publication) throws SQLException {
    List<Table> tables = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT n.nspname, c.relname, EXISTS (
              SELECT FROM pg_publication_tables p
              WHERE p.pubname = ? AND p.schemaname = n.nspname AND p.tablename = c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_t'
            ORDER BY 1, 2
            """)) {
      query.setString(1, publication);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          tables.add(new Table(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
        }
      }
    }
    return tables;
  }
}
