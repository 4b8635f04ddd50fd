package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kudu.client.KuduClient;
import org.apache.kudu.client.KuduException;
import org.apache.kudu.client.KuduScanner;
import org.apache.kudu.client.RowResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Kudu cluster of the tests' own, of one master and one tablet server; it ends with this
 * JVM, however that ends.
 */
final class TestKudu implements AutoCloseable {
  /** In the jar of Kudu's programs, beside them. */
  private static final String PROPERTIES = "META-INF/apache-kudu-test-binary.properties";

  /** Nothing listens there, so that no server asks the network which cloud it runs in. */
  private static final String NOWHERE = "http://127.0.0.1:1";

  private final List<Process> processes = new ArrayList<>();
  private final Path data;
  private final int port;
  private final KuduClient client;

  private TestKudu(Path programs) throws Exception {
    data = Files.createTempDirectory(TestPrograms.TARGET, "kudu-data-");
    port = TestPrograms.freePort();
    serve(programs, "kudu-master", port, List.of());
    serve(
        programs,
        "kudu-tserver",
        TestPrograms.freePort(),
        List.of("--tserver_master_addrs=" + masters()));
    client = new KuduClient.KuduClientBuilder(masters()).build();
    Awaitility.await("Kudu's tablet server is known to its master")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> client.listTabletServers().getTabletServersCount() == 1);
  }

  /**
   * Starts one. Where Kudu's programs are missing or do not run, the tests that ask are skipped.
   */
  static TestKudu start() throws Exception {
    URL properties = TestKudu.class.getClassLoader().getResource(PROPERTIES);
    Assumptions.assumeTrue(
        properties != null,
        "NOT TESTED with a real Kudu: its programs are not on the class path (profile databases, linux-x86_64)");
    Path programs = unpacked(properties);
    String reason = reasonNotToRun(programs);
    Assumptions.assumeTrue(
        reason.isEmpty(), "NOT TESTED with a real Kudu: its programs don't run here: " + reason);
    return new TestKudu(programs);
  }

  /** The programs and their libraries, without the folder that names their version. */
  private static Path unpacked(URL properties) throws IOException {
    return TestPrograms.unpacked(
        properties,
        "kudu-programs",
        name ->
            Optional.of(name.substring(name.indexOf('/') + 1))
                .filter(entry -> entry.startsWith("bin/") || entry.startsWith("lib/")));
  }

  private static ProcessBuilder inItsEnvironment(Path programs, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Kudu brings one half of Kerberos, which goes with no other half than its own system's.
    builder.environment().put("LD_LIBRARY_PATH", "/lib/x86_64-linux-gnu:/usr/lib64");
    builder.environment().put("SASL_PATH", programs.resolve("lib/sasl2").toString());
    return builder;
  }

  private static String reasonNotToRun(Path programs) throws Exception {
    Process asked =
        inItsEnvironment(
                programs, List.of(programs.resolve("bin/kudu-tserver").toString(), "--version"))
            .start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return asked.waitFor() == 0 ? "" : said.strip();
  }

  private void serve(Path programs, String program, int at, List<String> more) throws IOException {
    Path files = data.resolve(program);
    List<String> command = new ArrayList<>();
    command.add(programs.resolve("bin").resolve(program).toString());
    command.addAll(
        List.of(
            "--fs_wal_dir=" + files,
            "--rpc_bind_addresses=127.0.0.1:" + at,
            "--webserver_enabled=false",
            "--unlock_unsafe_flags",
            "--unlock_experimental_flags",
            "--time_source=system_unsync",
            "--never_fsync",
            "--rpc_authentication=disabled",
            "--rpc_encryption=disabled",
            "--cloud_aws_instance_id_url=" + NOWHERE,
            "--cloud_azure_instance_id_url=" + NOWHERE,
            "--cloud_gce_instance_id_url=" + NOWHERE,
            "--cloud_openstack_metadata_url=" + NOWHERE,
            "--logtostderr"));
    command.addAll(more);
    String shell = TestPrograms.whileAsked(String.join(" ", command), files);
    processes.add(
        inItsEnvironment(programs, List.of("sh", "-c", shell))
            .redirectOutput(data.resolve(program + ".log").toFile())
            .start());
  }

  /** Its master's address. */
  String masters() {
    return "127.0.0.1:" + port;
  }

  /** Names of all its tables. */
  List<String> tables() {
    try {
      return client.getTablesList().getTablesList().stream().sorted().toList();
    } catch (KuduException failed) {
      throw new LakeException(failed.getMessage(), failed);
    }
  }

  /** Columns of all rows, as Kudu itself has them, joined by a bar and sorted. */
  List<String> values(String table, String... columns) {
    List<String> rows = new ArrayList<>();
    try {
      KuduScanner scanner =
          client
              .newScannerBuilder(client.openTable(table))
              .setProjectedColumnNames(List.of(columns))
              .build();
      for (RowResult row : scanner) {
        rows.add(
            IntStream.range(0, columns.length)
                .mapToObj(column -> value(row, column))
                .collect(Collectors.joining("|")));
      }
    } catch (KuduException failed) {
      throw new LakeException(failed.getMessage(), failed);
    }
    rows.sort(null);
    return rows;
  }

  private static String value(RowResult row, int column) {
    if (row.isNull(column)) {
      return "null";
    }
    return switch (row.getColumnType(column)) {
      case DATE -> Long.toString(row.getDate(column).toLocalDate().toEpochDay());
      case UNIXTIME_MICROS -> Long.toString(row.getLong(column));
      default -> row.getObject(column).toString();
    };
  }

  @Override
  public void close() {
    try {
      client.close();
      for (Process process : processes) {
        process.getOutputStream().close();
        process.waitFor(30, TimeUnit.SECONDS);
      }
      for (String log : List.of("kudu-master.log", "kudu-tserver.log")) {
        Files.deleteIfExists(data.resolve(log));
      }
      Files.deleteIfExists(data);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
