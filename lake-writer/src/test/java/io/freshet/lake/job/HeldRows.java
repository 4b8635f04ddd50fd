package io.freshet.lake.job;

import io.freshet.lake.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A view {@code held} of many rows, the last of which PostgreSQL does not hand out before this is
 * closed, so that a copy of it is in its middle for as long as a test wants.
 */
final class HeldRows implements AutoCloseable {
  static final int ROWS = 30_000;

  private static final int LOCK = 7;

  private final TestPostgres server;
  private final Connection holder;

  private HeldRows(TestPostgres server, Connection holder) {
    this.server = server;
    this.holder = holder;
  }

  /** Makes the view, whose rows have the version 1, and holds nothing yet. */
  static void create(TestPostgres server, String database) {
    server.execute(
        database,
        "CREATE TABLE version AS SELECT 1 AS v",
        """
        CREATE FUNCTION hold(i int) RETURNS int LANGUAGE plpgsql STABLE AS $$
        BEGIN
          IF i = %d THEN PERFORM pg_advisory_xact_lock_shared(%d); END IF;
          RETURN i;
        END $$"""
            .formatted(ROWS, LOCK),
        "CREATE VIEW held AS SELECT id, v, 'title ' || hold(id) AS title FROM generate_series(1, %d) id, version"
            .formatted(ROWS));
  }

  static HeldRows hold(TestPostgres server, String database) throws SQLException {
    Connection holder = server.connect(database);
    try (Statement statement = holder.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(%d)".formatted(LOCK));
    }
    return new HeldRows(server, holder);
  }

  /** Waits until so many readers have all rows but the last one. */
  void awaitReaders(int readers) {
    Awaitility.await("copies in their middle")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                server.query(
                    "postgres",
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"),
            List.of(Integer.toString(readers))::equals);
  }

  /** Starts {@link ForkedCopy}. */
  static Process copy(Path folder, String... yamls) throws Exception {
    List<String> files = new ArrayList<>();
    for (String yaml : yamls) {
      Path file = folder.resolve("copy-" + files.size() + ".yaml");
      Files.writeString(file, yaml);
      files.add(file.toString());
    }
    return Forked.start(
        folder.resolve("killed.log"), ForkedCopy.class, files.toArray(String[]::new));
  }

  @Override
  public void close() throws SQLException {
    holder.close();
  }
}
