package io.freshet.lake.verify;

import io.freshet.lake.config.IntervalMode;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.TopicPattern;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/** A PostgreSQL of its own for a test; it ends with this JVM, however that ends. */
public final class TestPostgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  public TestPostgres() {
    try {
      Path data = Files.createTempDirectory("freshet-postgres-");
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setServerConfig("wal_level", "logical")
              .start();
      watch(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A killed JVM can't stop it. */
  private static void watch(String postmaster) throws IOException {
    String jvm = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder(
            "sh",
            "-c",
            "while kill -0 %s && kill -0 %s; do sleep 1; done; kill -INT %s"
                .formatted(jvm, postmaster, postmaster))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  public PostgresConfig config() {
    return new PostgresConfig(
        "127.0.0.1",
        server.getPort(),
        "postgres",
        "postgres",
        "any",
        Map.of(),
        "",
        "",
        "",
        new TopicPattern(List.of(), List.of()),
        IntervalMode.STRING);
  }

  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    return new Driver().connect(config().url(), properties);
  }

  /** Runs statements, each a transaction of its own. */
  public void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
