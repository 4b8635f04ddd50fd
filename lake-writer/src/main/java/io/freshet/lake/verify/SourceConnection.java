package io.freshet.lake.verify;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.PostgresConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/** Connections to the source database. */
final class SourceConnection {
  /** How values are printed, and that no row is kept back by a policy without a word. */
  private static final String SETTINGS =
      "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1;"
          + " SET row_security = off; SET statement_timeout = 0;"
          + " SET idle_in_transaction_session_timeout = 0";

  private static final int LEAST_VERSION = 130_000;

  private SourceConnection() {}

  /**
   * @throws LakeException if the server can't be reached, or can't be compared with
   */
  static Connection open(PostgresConfig config) {
    Properties properties = new Properties();
    config.properties().forEach(properties::setProperty);
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password());
    properties.setProperty("ApplicationName", "freshet-verify");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    try {
      // Not by DriverManager, which does not see what spark-submit --jars brings.
      Connection connection = new Driver().connect(config.url(), properties);
      prepare(connection, config);
      return connection;
    } catch (SQLException refused) {
      throw failed("connecting to PostgreSQL as " + config, refused);
    }
  }

  private static void prepare(Connection connection, PostgresConfig config) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet about =
          statement.executeQuery(
              "SELECT current_setting('server_version_num')::int, pg_is_in_recovery(), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")) {
        about.next();
        require(
            about.getInt(1) >= LEAST_VERSION,
            "%s is older than PostgreSQL 13, whose numbers can't be compared".formatted(config));
        require(
            !about.getBoolean(2),
            "%s is a standby, which does not know where its primary's log ends; give postgres.host the primary's address"
                .formatted(config));
        require(
            about.getString(3).equals("UTF8"),
            "%s has the encoding %s; only databases in UTF8 can be compared"
                .formatted(config, about.getString(3)));
      }
      statement.execute(SETTINGS);
    } catch (SQLException | RuntimeException refused) {
      connection.close();
      throw refused;
    }
  }

  private static void require(boolean fits, String otherwise) {
    if (!fits) {
      throw new LakeException(otherwise);
    }
  }

  /** What to say of a failure. */
  static LakeException failed(String what, SQLException failure) {
    return new LakeException(what + " failed: " + failure.getMessage(), failure);
  }
}
