package io.freshet.it;

import io.freshet.local.service.LakeSql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Running parts that the scenarios use, wherever they run. */
interface Pipeline extends AutoCloseable {

  /** Endpoints and credentials under the names that connector configs and the lake's YAML use. */
  Map<String, String> environment();

  /** A scratch folder that ends with the pipeline. */
  Path folder();

  /** A lake writer command, not yet started. */
  ProcessBuilder lake(List<String> arguments);

  /** Spark SQL on the lake. */
  LakeSql sql();

  /** Kills the Kafka Connect worker as {@code kill -9} does. */
  void killConnect() throws Exception;

  /** Starts the worker again and waits until it answers. */
  void restartConnect() throws Exception;

  @Override
  void close();

  default String env(String name) {
    return environment().get(name);
  }

  default Connection database() throws SQLException {
    return java.sql.DriverManager.getConnection(
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                env("FRESHET_POSTGRES_HOST"),
                env("FRESHET_POSTGRES_PORT"),
                env("FRESHET_POSTGRES_DATABASE")),
        env("FRESHET_POSTGRES_USER"),
        env("FRESHET_POSTGRES_PASSWORD"));
  }

  /** Runs statements, each a transaction of its own. */
  default void execute(String... statements) {
    try (Connection connection = database();
        java.sql.Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
