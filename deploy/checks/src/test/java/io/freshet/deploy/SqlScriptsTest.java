package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The scripts of deploy/rds/sql on PostgreSQL itself. */
class SqlScriptsTest {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("listen_addresses", "127.0.0.1")
            // In a whole build the local stack's folder has the same binaries, and the library's
            // own search refuses to choose.
            .setPgBinaryResolver((system, machine) -> binaries())
            .start();
  }

  private static InputStream binaries() {
    return SqlScriptsTest.class.getResourceAsStream("/postgres-linux-x86_64.txz");
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  private static Connection connect(String user) throws SQLException {
    return DriverManager.getConnection(postgres.getJdbcUrl(user, "postgres"));
  }

  private static void run(Connection connection, String script) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(Deploy.text("rds/sql/" + script));
    }
  }

  private static Map<String, String> checks(Connection connection) throws Exception {
    Map<String, String> results = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(Deploy.text("rds/sql/03-checks.sql"))) {
      while (rows.next()) {
        results.put(rows.getString("what"), rows.getString("result"));
      }
    }
    return results;
  }

  @Test
  void afterThemTheRoleReadsAndReplicatesAndNothingElse() throws Exception {
    try (Connection master = connect("postgres");
        Statement statement = master.createStatement()) {
      statement.execute(
          "create table public.artists (id int primary key); create table public.artworks (id int)");
      assertThat(checks(master))
          .containsEntry("the role may replicate", "run 01-role.sql")
          .containsEntry("the publication has tables", "run 02-publication.sql");

      for (int twice = 0; twice < 2; twice++) {
        run(master, "01-role.sql");
        run(master, "02-publication.sql");
      }
      assertThat(checks(master))
          .containsEntry("wal_level is logical", "ok")
          .containsEntry("the role may replicate", "ok")
          .containsEntry("the publication has tables", "ok")
          .containsEntry("a slot is free", "ok")
          .containsEntry("table public.artists has a primary key", "ok")
          .hasEntrySatisfying(
              "table public.artworks has a primary key",
              result -> assertThat(result).startsWith("add one"));
      statement.execute("create table public.later (id int primary key)");

      try (Connection role = connect("freshet");
          Statement reads = role.createStatement()) {
        reads.execute("select * from public.artists");
        reads.execute("select * from public.later");
        reads.execute("select pg_create_logical_replication_slot('freshet_moma', 'pgoutput')");
        assertThat(refused(reads, "insert into public.artists values (1)"))
            .contains("permission denied");
        assertThat(refused(reads, "create table public.own (id int)"))
            .contains("permission denied");
      }

      run(master, "99-remove.sql");
      assertThat(count(statement, "pg_replication_slots")).isZero();
      assertThat(count(statement, "pg_publication")).isZero();
      assertThat(count(statement, "pg_roles where rolname = 'freshet'")).isZero();
    }
  }

  /** RDS has a role instead of the attribute. */
  @Test
  void onRdsTheRoleIsLentReplication() throws Exception {
    try (Connection master = connect("postgres");
        Statement statement = master.createStatement()) {
      statement.execute("create role rds_replication");
      try {
        run(master, "01-role.sql");
        assertThat(count(statement, "pg_roles where rolname = 'freshet' and not rolreplication"))
            .isOne();
        assertThat(checks(master)).containsEntry("the role may replicate", "ok");
        run(master, "99-remove.sql");
      } finally {
        statement.execute("drop role rds_replication");
      }
    }
  }

  private static String refused(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException expected) {
      return expected.getMessage();
    }
    throw new AssertionError("was allowed: " + sql);
  }

  private static int count(Statement statement, String from) throws SQLException {
    try (ResultSet rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
