package io.freshet.lake.postgres;

import io.freshet.lake.config.IntervalMode;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.config.TopicPattern;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.awaitility.Awaitility;

/** A real PostgreSQL of the tests' own; it ends with this JVM, however that ends. */
public final class TestPostgres implements AutoCloseable {
  /** Its superuser, who needs no password from this machine. */
  public static final String SUPERUSER = "postgres";

  /** Who may do nothing, and logs in with {@link #PASSWORD}. */
  public static final String LIMITED = "limited";

  public static final String PASSWORD = "r1ght";

  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static TestPostgres shared;

  private final int port;
  private final Process process;

  private TestPostgres(Map<String, String> settings) throws Exception {
    Path root = unpacked();
    Path cluster = Files.createTempDirectory(TARGET, "postgres-data-");
    run(
        root,
        "initdb",
        "--pgdata=" + cluster,
        "--username=" + SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions");
    Files.writeString(
        cluster.resolve("pg_hba.conf"),
        """
        host all %1$s 127.0.0.1/32 trust
        host replication %1$s 127.0.0.1/32 trust
        host all all 127.0.0.1/32 scram-sha-256
        """
            .formatted(SUPERUSER));
    port = freePort();
    StringBuilder config =
        new StringBuilder(
            """
            port = %d
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = off
            shared_buffers = '32MB'
            """
                .formatted(port));
    settings.forEach((name, value) -> config.append(name + " = '" + value + "'\n"));
    Files.writeString(cluster.resolve("postgresql.conf"), config, StandardOpenOption.APPEND);
    // The shell ends the server when this JVM's end of its input is gone.
    String command = String.join(" ", command(root, "postgres")) + " -D " + cluster;
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                command
                    + " </dev/null & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "
                    + cluster)
            .redirectErrorStream(true)
            .redirectOutput(cluster.resolve("server.log").toFile())
            .start();
    Awaitility.await("PostgreSQL answers")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> {
              connect(SUPERUSER).close();
              return true;
            });
  }

  /** One with logical decoding, started at the first call, for all tests of this JVM. */
  public static synchronized TestPostgres shared() throws Exception {
    if (shared == null) {
      shared =
          start(
              Map.of("wal_level", "logical", "max_replication_slots", "4", "max_wal_senders", "8"));
      shared.execute(SUPERUSER, "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(LIMITED, PASSWORD));
    }
    return shared;
  }

  /**
   * Starts one.
   *
   * @param settings lines of its postgresql.conf
   */
  public static TestPostgres start(Map<String, String> settings) throws Exception {
    return new TestPostgres(settings);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The programs refuse to run as root; in a user namespace of its own root is nobody. */
  private static List<String> command(Path root, String program) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(root.resolve("bin").resolve(program).toString());
    return command;
  }

  private static void run(Path root, String program, String... arguments) throws Exception {
    List<String> command = command(root, program);
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(TARGET, program, ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(program + " failed: " + Files.readString(log));
    }
    Files.delete(log);
  }

  private static Path unpacked() throws IOException {
    Path root = TARGET.resolve("postgres-programs");
    if (Files.isDirectory(root)) {
      return root;
    }
    Path draft = Files.createTempDirectory(TARGET, "postgres-unpacking-");
    try (InputStream in = TestPostgres.class.getResourceAsStream(ARCHIVE);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, draft.resolve(entry.getName()).normalize());
      }
    }
    return Files.move(draft, root, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, file);
    if ((entry.getMode() & 0100) != 0 && !file.toFile().setExecutable(true)) {
      throw new IOException(file + " can't be made executable");
    }
  }

  public int port() {
    return port;
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), SUPERUSER, "");
  }

  /** One database, as the superuser has it. */
  public final class Database {
    private final String name;

    private Database(String name) {
      this.name = name;
    }

    /** What a configuration says of it that needs no slot and no topics. */
    public PostgresConfig config() {
      return new PostgresConfig(
          "127.0.0.1",
          port,
          name,
          SUPERUSER,
          "any",
          Map.of(),
          "",
          "",
          "",
          new TopicPattern(List.of(), List.of()),
          IntervalMode.STRING);
    }

    public Connection connect() throws SQLException {
      return TestPostgres.this.connect(name);
    }

    /** Runs statements, each a transaction of its own. */
    public void execute(String... statements) {
      TestPostgres.this.execute(name, statements);
    }
  }

  /** A new database; one of that name is dropped before. */
  public Database database(String name) {
    create(name);
    return new Database(name);
  }

  /** A new database; one of that name is dropped before. */
  public void create(String database) {
    execute(
        "postgres",
        "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)",
        "CREATE DATABASE " + database);
  }

  /** Runs statements, each a transaction of its own. */
  public void execute(String database, String... statements) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The rows of a query, their columns joined by a bar. */
  public List<String> query(String database, String query) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      int columns = found.getMetaData().getColumnCount();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(found.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return rows;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
