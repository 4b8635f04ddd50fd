package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Spark SQL on the lake: one query, a script on standard input, or a shell. */
@Command(
    name = "sql",
    description = {
      "Query the lake with Spark SQL and Hudi's extensions.",
      "Without QUERY: a shell on a terminal, else a script from standard input."
    },
    mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
  private static final int METASTORE_TIMEOUT_MS = 5_000;

  @Parameters(arity = "0..1", paramLabel = "QUERY", description = "One or more statements.")
  private String query;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "How rows are printed: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private SqlOutput.Format format;

  @Option(
      names = "--limit",
      defaultValue = "1000",
      description = "Rows that --format table shows at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--keep-going",
      description = {
        "Go on with a script after a statement that fails.",
        "With --format json its error stands among the rows, as freshet_error."
      })
  private boolean keepGoing;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    SparkSession spark = LakeSession.start("freshet-sql", true);
    try {
      requireMetastore(spark);
      PrintWriter out = spec.commandLine().getOut();
      SqlOutput output = new SqlOutput(spark, out, spec.commandLine().getErr(), format, limit);
      if (query != null) {
        SqlStatements statements = new SqlStatements();
        statements.line(query).forEach(output::run);
        if (!statements.rest().isEmpty()) {
          output.run(statements.rest());
        }
      } else if (System.console() == null) {
        script(output);
      } else {
        shell(output);
      }
      return 0;
    } finally {
      spark.stop();
    }
  }

  private static void requireMetastore(SparkSession spark) {
    String uris = spark.sparkContext().hadoopConfiguration().get("hive.metastore.uris", "");
    if (uris.isEmpty()) {
      return;
    }
    IOException last = null;
    for (String each : uris.split(",")) {
      URI uri = URI.create(each.strip());
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), METASTORE_TIMEOUT_MS);
        return;
      } catch (IOException unreachable) {
        last = unreachable;
      }
    }
    throw new LakeException(
        "Hive metastore %s can't be reached: %s; is it running, and is hive.metastore.uris right?"
            .formatted(uris, last.getMessage()),
        last);
  }

  private void script(SqlOutput output) throws IOException {
    SqlStatements statements = new SqlStatements();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      statements.line(line).forEach(statement -> scripted(output, statement));
    }
    if (!statements.rest().isEmpty()) {
      scripted(output, statements.rest());
    }
  }

  /** A script ends at the first statement that fails, unless it is told to keep going. */
  private void scripted(SqlOutput output, String statement) {
    try {
      output.run(statement);
    } catch (Exception failed) {
      // Spark's AnalysisException is checked, though Scala hides that from Java's compiler.
      if (!keepGoing) {
        throw failed;
      }
      output.error(OneLine.of(failed));
    }
  }

  private void shell(SqlOutput output) {
    LineReader reader = LineReaderBuilder.builder().appName("freshet").build();
    SqlStatements statements = new SqlStatements();
    PrintWriter err = spec.commandLine().getErr();
    try {
      while (true) {
        String line = reader.readLine(statements.rest().isEmpty() ? "freshet> " : "       > ");
        if (statements.rest().isEmpty() && line.strip().matches("(?i)(exit|quit);?")) {
          return;
        }
        for (String statement : statements.line(line)) {
          try {
            output.run(statement);
          } catch (Exception failed) {
            err.println("error: " + OneLine.of(failed));
          }
        }
      }
    } catch (EndOfFileException | UserInterruptException left) {
      err.println();
    }
  }
}
