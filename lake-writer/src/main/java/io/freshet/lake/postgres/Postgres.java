package io.freshet.lake.postgres;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.PostgresConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/** A database and who logs in to it. */
public final class Postgres {
  /** What the driver calls a session's name. */
  private static final String APPLICATION = "ApplicationName";

  /** Values must be printed the same for everybody, whatever the server's or the JVM's settings. */
  private static final String SESSION =
      "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
          + " SET extra_float_digits = 1; SET statement_timeout = 0;"
          + " SET idle_in_transaction_session_timeout = 0; SET row_security = off";

  private final String url;
  private final String user;
  private final Map<String, String> login;

  private Postgres(String url, String user, String password, Map<String, String> properties) {
    this.url = url;
    this.user = user;
    this.login = new HashMap<>(properties);
    login.put("user", user);
    login.put("password", password);
    login.putIfAbsent("connectTimeout", "10");
    login.putIfAbsent("tcpKeepAlive", "true");
  }

  /** The database that a configuration names. */
  public static Postgres of(PostgresConfig config) {
    return of(config.url(), config.user(), config.password(), config.properties());
  }

  /**
   * @param url {@code jdbc:postgresql://host:port/database}
   * @param properties further settings of the driver
   */
  static Postgres of(String url, String user, String password, Map<String, String> properties) {
    return new Postgres(url, user, password, properties);
  }

  /**
   * Opens a session.
   *
   * @param application the session's name, which others see in {@code pg_stat_activity}
   * @throws LakeException if that fails, with the reason and without the password
   */
  public Connection open(String application) {
    Connection connection = connect(application, Map.of());
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
      return connection;
    } catch (SQLException failed) {
      throw closing(connection, told(failed));
    }
  }

  /** Opens a session that speaks the replication protocol. */
  public Connection openReplication(String application) {
    return connect(
        application,
        Map.of(
            "replication",
            "database",
            "preferQueryMode",
            "simple",
            "assumeMinServerVersion",
            "10"));
  }

  /**
   * Opens a transaction that sees what a snapshot sees.
   *
   * @param snapshot an exported snapshot's name; empty for the transaction's own
   */
  Connection openAt(String application, String snapshot) {
    Connection connection = open(application);
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      if (!snapshot.isEmpty()) {
        statement.execute("SET TRANSACTION SNAPSHOT " + Sql.text(snapshot));
      }
      return connection;
    } catch (SQLException failed) {
      throw closing(connection, told(failed));
    }
  }

  private Connection connect(String application, Map<String, String> more) {
    Properties properties = new Properties();
    properties.putAll(login);
    properties.putAll(more);
    properties.setProperty(APPLICATION, application);
    Connection connection;
    try {
      // Not by DriverManager, which does not see what spark-submit --jars brings.
      connection = new Driver().connect(url, properties);
    } catch (SQLException failed) {
      throw told(failed);
    }
    if (connection == null) {
      throw new LakeException(
          "PostgreSQL's address does not begin with jdbc:postgresql://; mend the option url");
    }
    return connection;
  }

  private static LakeException closing(Connection connection, LakeException failure) {
    try {
      connection.close();
    } catch (SQLException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
    return failure;
  }

  /** What went wrong, in the words of who has to mend it. */
  public LakeException told(SQLException failed) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    String reason = firstLine(failed);
    String words =
        switch (state) {
          case "28P01" ->
              "PostgreSQL at %s refuses the password of user %s; check postgres.password and where it refers to"
                  .formatted(url, user);
          case "28000" ->
              "PostgreSQL at %s does not let user %s in (%s); check postgres.user and the server's pg_hba.conf"
                  .formatted(url, user, reason);
          case "3D000" ->
              "PostgreSQL at %s has no such database; check postgres.database".formatted(url);
          case "08001", "08004" ->
              "PostgreSQL at %s can't be reached (%s); check postgres.host and postgres.port"
                  .formatted(url, reason);
          case "53300" ->
              "PostgreSQL at %s has no connection left (%s); raise max_connections or max_wal_senders, or end other sessions"
                  .formatted(url, reason);
          default -> "PostgreSQL at %s: %s".formatted(url, reason);
        };
    return new LakeException(words, failed);
  }

  private static String firstLine(SQLException failed) {
    String message = failed.getMessage();
    return message == null
        ? failed.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }
}
