package io.freshet.lake.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.postgres.Relation;
import io.freshet.lake.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The publication that the source connector will read. Its comment says which snapshot it belongs
 * to: {@code freshet-snapshot {"slot":…,"lsn":…,"topicPrefix":…,"finished":…}}. That is what {@code
 * freshet connectors apply} goes by, and it is gone when the publication is.
 */
final class Publication {
  /** What such a comment begins with. */
  private static final String MARK = "freshet-snapshot ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Publication() {}

  static boolean exists(Connection session, String name) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_publication WHERE pubname = " + Sql.text(name))) {
      row.next();
      return row.getInt(1) > 0;
    }
  }

  /** The changes of a partition are those of the table that it is a part of. */
  static void create(Connection session, String name, List<Relation> tables) throws SQLException {
    String all =
        tables.stream()
            .map(table -> Sql.name(table.schema(), table.name()))
            .collect(Collectors.joining(", "));
    try (Statement statement = session.createStatement()) {
      statement.execute(
          "CREATE PUBLICATION %s FOR TABLE %s WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)"
              .formatted(Sql.name(name), all));
    }
  }

  /**
   * What an existing publication lacks.
   *
   * @param tables what it must publish
   * @return reasons why it does not do; empty if it does
   */
  static Set<String> lacks(Connection session, String name, List<Relation> tables)
      throws SQLException {
    Set<String> lacks = new TreeSet<>();
    String text = Sql.text(name);
    try (Statement statement = session.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate, pubviaroot, pg_has_role(pubowner, 'USAGE') FROM pg_publication WHERE pubname = "
                  + text)) {
        row.next();
        if (!row.getBoolean(1)) {
          lacks.add("publish = 'insert, update, delete, truncate'");
        }
        if (!row.getBoolean(2) && tables.stream().anyMatch(table -> table.kind() == 'p')) {
          lacks.add("publish_via_partition_root = true");
        }
        if (!row.getBoolean(3)) {
          lacks.add("the snapshot's user as its owner");
        }
      }
      Set<String> published = new TreeSet<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = "
                  + text)) {
        while (rows.next()) {
          published.add(rows.getString(1));
        }
      }
      tables.stream()
          .map(Relation::title)
          .filter(title -> !published.contains(title))
          .forEach(title -> lacks.add("table " + title));
    }
    return lacks;
  }

  /** Notes in it what snapshot it belongs to. */
  static void mark(Connection session, SnapshotRun run, String topicPrefix) throws SQLException {
    Map<String, Object> mark = new LinkedHashMap<>();
    mark.put("slot", run.slot());
    mark.put("lsn", run.lsn());
    mark.put("topicPrefix", topicPrefix);
    mark.put("finished", run.finished());
    try {
      comment(session, run.publication(), Sql.text(MARK + JSON.writeValueAsString(mark)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Takes it back: drops it if the run made it, else takes the note away. */
  static void undo(Connection session, SnapshotRun run) throws SQLException {
    if (!exists(session, run.publication())) {
      return;
    }
    if (!run.ownPublication()) {
      comment(session, run.publication(), "NULL");
      return;
    }
    try (Statement statement = session.createStatement()) {
      statement.execute("DROP PUBLICATION " + Sql.name(run.publication()));
    }
  }

  private static void comment(Connection session, String name, String literal) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("COMMENT ON PUBLICATION %s IS %s".formatted(Sql.name(name), literal));
    }
  }
}
