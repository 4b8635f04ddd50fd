package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.postgres.Catalog;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.postgres.Relation;
import io.freshet.lake.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What must be so in the database before anything is made in it; each thing is asked, not tried.
 */
final class Preflight {
  /** The first that finds a range of blocks without reading the whole table. */
  private static final int LEAST_VERSION = 14;

  private final PostgresConfig config;
  private final Postgres database;
  private final Connection session;
  private final List<Relation> tables;

  /**
   * @param session what the database is asked with
   * @param tables what will be read and published
   */
  Preflight(PostgresConfig config, Postgres database, Connection session, List<Relation> tables) {
    this.config = config;
    this.database = database;
    this.session = session;
    this.tables = tables;
  }

  /**
   * Checks all that both a new and a resumed snapshot need.
   *
   * @throws LakeException that names what is wrong, its value and the fix
   */
  void check() throws SQLException {
    int version = session.getMetaData().getDatabaseMajorVersion();
    require(
        version >= LEAST_VERSION,
        "PostgreSQL at %s has version %d, but snapshot needs %d or newer"
            .formatted(config.url(), version, LEAST_VERSION));
    String level = new Catalog(session).setting("wal_level").orElse("");
    require(
        level.equals("logical"),
        "wal_level of PostgreSQL at %s is '%s'; set wal_level = logical and restart the server"
            .formatted(config.url(), level));
    require(
        isTrue("SELECT NOT pg_is_in_recovery()"),
        "PostgreSQL at %s is a standby; take the snapshot at its primary".formatted(config.url()));
    requireReplication();
    requireReadable();
  }

  /** Checks what only a new snapshot needs: it makes the slot and the publication. */
  void checkNew() throws SQLException {
    requireFreeSlot();
    requirePublishable();
    if (Publication.exists(session, config.publication())) {
      Set<String> lacks = Publication.lacks(session, config.publication(), tables);
      require(
          lacks.isEmpty(),
          "publication %s is there, but lacks %s; change it, drop it, or name another one in postgres.publication"
              .formatted(config.publication(), String.join(", ", lacks)));
    } else {
      require(
          isTrue("SELECT has_database_privilege(current_database(), 'CREATE')"),
          "user %s may not create the publication %s; run: GRANT CREATE ON DATABASE %s TO %s"
              .formatted(
                  config.user(),
                  config.publication(),
                  Sql.name(config.database()),
                  Sql.name(config.user())));
    }
  }

  private void requireReplication() throws SQLException {
    boolean allowed =
        isTrue(
            "SELECT rolsuper OR rolreplication OR EXISTS (SELECT FROM pg_roles g WHERE g.rolname IN ('rds_replication', 'cloudsqlsuperuser') AND pg_has_role(r.oid, g.oid, 'MEMBER')) FROM pg_roles r WHERE rolname = current_user");
    require(
        allowed,
        "user %s may not make a replication slot; run: ALTER ROLE %s REPLICATION"
            .formatted(config.user(), Sql.name(config.user())));
    // The server's pg_hba.conf, and max_wal_senders.
    database.openReplication(HeldSnapshot.jobName(config.slot())).close();
  }

  private void requireReadable() throws SQLException {
    List<String> unreadable =
        titles(
            "NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT')");
    require(
        unreadable.isEmpty(),
        "user %s may not read %s; run: GRANT SELECT ON %s TO %s, and GRANT USAGE ON their SCHEMA"
            .formatted(
                config.user(),
                String.join(", ", unreadable),
                String.join(", ", unreadable),
                Sql.name(config.user())));
    List<String> secured = titles("row_security_active(c.oid)");
    require(
        secured.isEmpty(),
        "row security hides rows of %s from user %s; run: ALTER ROLE %s BYPASSRLS"
            .formatted(String.join(", ", secured), config.user(), Sql.name(config.user())));
  }

  private void requireFreeSlot() throws SQLException {
    require(
        !ReplicationSlot.exists(session, config.slot()),
        "the replication slot %s is there, and no snapshot of this lake made it; name another one in postgres.slot, or, if nothing reads it any more, drop it: SELECT pg_drop_replication_slot('%s')"
            .formatted(config.slot(), config.slot()));
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('max_replication_slots')::int, count(*), coalesce(string_agg(slot_name::text, ', ') FILTER (WHERE NOT active), 'none') FROM pg_replication_slots")) {
      row.next();
      require(
          row.getInt(2) < row.getInt(1),
          "no replication slot is left: max_replication_slots is %d and %d are there (not active: %s); drop one that nothing reads with pg_drop_replication_slot, or raise max_replication_slots and restart the server"
              .formatted(row.getInt(1), row.getInt(2), row.getString(3)));
    }
  }

  private void requirePublishable() throws SQLException {
    List<String> unlogged = titles("c.relpersistence <> 'p'");
    require(
        unlogged.isEmpty(),
        "%s can't be published, because changes of unlogged and temporary tables are in no WAL; run ALTER TABLE … SET LOGGED, or leave them out with postgres.exclude"
            .formatted(String.join(", ", unlogged)));
    List<String> nameless = titles("c.relreplident = 'n'");
    require(
        nameless.isEmpty(),
        "%s would refuse updates once it is published, because it has REPLICA IDENTITY NOTHING; run: ALTER TABLE … REPLICA IDENTITY DEFAULT"
            .formatted(String.join(", ", nameless)));
    List<String> foreign = titles("NOT pg_has_role(c.relowner, 'USAGE')");
    require(
        foreign.isEmpty() || Publication.exists(session, config.publication()),
        "user %s does not own %s and so can't publish it; let its owner run CREATE PUBLICATION %s FOR TABLE %s, or grant the owner's role to the user"
            .formatted(
                config.user(),
                String.join(", ", foreign),
                Sql.name(config.publication()),
                tables.stream().map(Relation::title).collect(Collectors.joining(", "))));
  }

  /** The tables of which something is true. */
  private List<String> titles(String condition) throws SQLException {
    List<String> titles = new ArrayList<>();
    String oids =
        tables.stream().map(table -> Long.toString(table.oid())).collect(Collectors.joining(", "));
    try (Statement statement = session.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN (%s) AND (%s) ORDER BY 1"
                    .formatted(oids, condition))) {
      while (rows.next()) {
        titles.add(rows.getString(1));
      }
    }
    return titles;
  }

  private boolean isTrue(String query) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static void require(boolean so, String otherwise) {
    if (!so) {
      throw new LakeException(otherwise);
    }
  }
}
