package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/** A logical replication slot: made with the snapshot that belongs to where it begins. */
final class ReplicationSlot {
  private static final String PLUGIN = "pgoutput";

  private static final int TRIES = 50;
  private static final long BETWEEN_TRIES_MS = 200;

  private ReplicationSlot() {}

  /**
   * A slot that was just made.
   *
   * @param lsn where its changes begin
   * @param snapshot name of the snapshot of all that was committed before; it lives as long as the
   *     session that made it does nothing else
   */
  record Made(String lsn, String snapshot) {}

  /**
   * @param replication a session that speaks the replication protocol
   */
  static Made create(Connection replication, String slot) throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet row =
            statement.executeQuery(
                "CREATE_REPLICATION_SLOT %s LOGICAL %s EXPORT_SNAPSHOT"
                    .formatted(Sql.name(slot), PLUGIN))) {
      row.next();
      return new Made(row.getString("consistent_point"), row.getString("snapshot_name"));
    }
  }

  static boolean exists(Connection session, String slot) throws SQLException {
    return ask(session, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = ", slot) > 0;
  }

  /** Bytes of WAL that the slot keeps; 0 if there is no such slot. */
  static long walBytes(Connection session, String slot) throws SQLException {
    return ask(
        session,
        "SELECT coalesce(sum(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint FROM pg_replication_slots WHERE slot_name = ",
        slot);
  }

  private static long ask(Connection session, String query, String slot) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(query + Sql.text(slot))) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Drops a slot if it is there. A killed job's session that still makes it is ended.
   *
   * @throws LakeException if something else reads it
   */
  static void drop(Postgres database, Connection session, String slot)
      throws SQLException, InterruptedException {
    String name = Sql.text(slot);
    try (Statement statement = session.createStatement()) {
      for (int tries = 0; exists(session, slot); tries++) {
        statement.execute(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_replication_slots s ON s.active_pid = a.pid WHERE s.slot_name = %s AND a.application_name = %s"
                .formatted(name, Sql.text(HeldSnapshot.jobName(slot))));
        try {
          statement.execute("SELECT pg_drop_replication_slot(" + name + ")");
        } catch (SQLException inUse) {
          if (tries >= TRIES) {
            throw database.told(inUse);
          }
          TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MS);
        }
      }
    }
  }
}
