package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exported snapshot that outlives its job. A snapshot lives as long as a transaction that holds
 * it, and a transaction as long as its session; but a server process that is in the middle of a
 * statement does not notice that its client died (unless {@code client_connection_check_interval}
 * is set). So the transaction that holds the snapshot waits inside of one statement, on the server,
 * until no job of this slot has had a session for a while. A job that is killed and started again
 * in time finds the snapshot as it was.
 */
final class HeldSnapshot {
  private static final Logger LOG = LoggerFactory.getLogger(HeldSnapshot.class);

  /** PostgreSQL cuts names of sessions off there. */
  private static final int MOST_NAME_BYTES = 63;

  private final String name;
  private final int process;

  private HeldSnapshot(String name, int process) {
    this.name = name;
    this.process = process;
  }

  /** What {@code SET TRANSACTION SNAPSHOT} takes. */
  String name() {
    return name;
  }

  /** The server process that holds it. */
  int process() {
    return process;
  }

  /** What a job's sessions are called, by which the holder knows that the job lives. */
  static String jobName(String slot) {
    return cut("freshet snapshot " + slot);
  }

  private static String holderName(String slot) {
    return cut("freshet holder " + slot);
  }

  private static String cut(String name) {
    return name.substring(0, Math.min(name.length(), MOST_NAME_BYTES));
  }

  /**
   * Takes over a snapshot from the session that exported it, which may end then.
   *
   * @param exported its name
   * @param patience how long it is held without a job
   */
  static HeldSnapshot of(Postgres database, String slot, String exported, Duration patience) {
    Connection connection = database.open(holderName(slot));
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      statement.execute("SET TRANSACTION SNAPSHOT " + Sql.text(exported));
      HeldSnapshot held;
      try (ResultSet row =
          statement.executeQuery("SELECT pg_export_snapshot(), pg_backend_pid()")) {
        row.next();
        held = new HeldSnapshot(row.getString(1), row.getInt(2));
      }
      Thread waiting =
          new Thread(() -> wait(connection, waitingFor(slot, patience)), "held-snapshot");
      waiting.setDaemon(true);
      waiting.start();
      return held;
    } catch (SQLException failed) {
      LakeException told = database.told(failed);
      try {
        connection.close();
      } catch (SQLException alsoFailed) {
        told.addSuppressed(alsoFailed);
      }
      throw told;
    }
  }

  private static String waitingFor(String slot, Duration patience) {
    return """
        DO $$
        DECLARE alone int := 0;
        BEGIN
          WHILE alone < %d LOOP
            PERFORM pg_sleep(1);
            PERFORM pg_stat_clear_snapshot();
            IF EXISTS (SELECT FROM pg_stat_activity WHERE application_name = %s) THEN
              alone := 0;
            ELSE
              alone := alone + 1;
            END IF;
          END LOOP;
        END $$"""
        .formatted(patience.toSeconds(), Sql.text(jobName(slot)));
  }

  private static void wait(Connection connection, String sql) {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException ended) {
      // By release, most often. If not, the tasks say that the snapshot is gone.
      LOG.debug("the snapshot's transaction ended", ended);
    }
  }

  /** Whether a snapshot can still be seen. */
  static boolean isAlive(Postgres database, String slot, String name) {
    try (Connection connection = database.open(jobName(slot));
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      statement.execute("SET TRANSACTION SNAPSHOT " + Sql.text(name));
      return true;
    } catch (SQLException gone) {
      LOG.debug("snapshot {} is gone", name, gone);
      return false;
    }
  }

  /** Ends the transaction that holds a snapshot; one that is gone is no failure. */
  static void release(Connection session, String slot, int process) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = %d AND application_name = %s"
              .formatted(process, Sql.text(holderName(slot))));
    }
  }
}
