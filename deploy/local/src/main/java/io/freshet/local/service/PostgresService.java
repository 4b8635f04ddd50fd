package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** PostgreSQL with logical decoding on. */
final class PostgresService extends EmbeddedService {
  static final String USER = "freshet";
  static final String DATABASE = "moma";

  PostgresService(ServiceContext context) {
    super(Part.POSTGRES, context);
  }

  @Override
  public Map<String, Object> endpoint() {
    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("jdbcUrl", jdbcUrl());
    endpoint.put("host", ServiceContext.HOST);
    endpoint.put("port", context().port(PortName.POSTGRES));
    endpoint.put("database", DATABASE);
    endpoint.put("user", USER);
    return endpoint;
  }

  String jdbcUrl() {
    return "jdbc:postgresql://" + context().address(PortName.POSTGRES) + "/" + DATABASE;
  }

  @Override
  public Health health() {
    Properties login = new Properties();
    login.setProperty("user", USER);
    login.setProperty("password", context().secrets().postgresPassword());
    login.setProperty("connectTimeout", "3");
    login.setProperty("socketTimeout", "3");
    try (Connection connection = DriverManager.getConnection(jdbcUrl(), login);
        Statement statement = connection.createStatement()) {
      statement.execute("select 1");
      return Health.HEALTHY;
    } catch (SQLException e) {
      return Health.unhealthy(Failures.reason(e));
    }
  }

  private Path cluster() {
    return home().resolve("data");
  }

  @Override
  Launch launch() throws IOException, InterruptedException {
    PostgresBinaries binaries = PostgresBinaries.unpack(home());
    if (!Files.exists(cluster())) {
      new PostgresCluster(binaries, home(), logFile())
          .create(cluster(), USER, context().secrets().postgresPassword(), DATABASE);
    }
    List<String> command = new ArrayList<>(binaries.command("postgres"));
    command.addAll(List.of("-D", cluster().toString()));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("listen_addresses", ServiceContext.HOST);
    settings.put("port", Integer.toString(context().port(PortName.POSTGRES)));
    settings.put("unix_socket_directories", "");
    settings.put("wal_level", "logical");
    settings.put("max_replication_slots", "16");
    settings.put("max_wal_senders", "16");
    settings.put("fsync", "on");
    settings.put("synchronous_commit", "on");
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return new Launch(command, Map.of(), Map.of(), "", home());
  }

  /** Fast shutdown: clients are disconnected, everything is written. */
  @Override
  String stopSignal() {
    return "INT";
  }

  /** After the postmaster's death its children end by themselves, but not at once. */
  @Override
  List<Long> strays() {
    return Proc.workingIn(cluster());
  }

  /** By now its pid may be another process's, and PostgreSQL would refuse to start. */
  @Override
  void cleanUp() throws IOException {
    Files.deleteIfExists(cluster().resolve("postmaster.pid"));
  }
}
