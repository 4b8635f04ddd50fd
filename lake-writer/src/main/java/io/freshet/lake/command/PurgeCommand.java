package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.PurgeJob;
import io.freshet.lake.table.Purge;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes rows of a table out of all its files. */
@Command(
    name = "purge",
    description = {
      "Take rows out of a table for good: out of its newest state and out of every file.",
      "The table's older instants can't be read any more. Stop the ingest that writes it before."
    },
    mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The lake's YAML.")
  private Path file;

  @Option(names = "--table", required = true, paramLabel = "TABLE", description = "database.table")
  private String table;

  @Option(
      names = "--where",
      required = true,
      paramLabel = "CONDITION",
      description = "A condition of Spark SQL on the table's columns, such as \"artist_id = 299\".")
  private String where;

  @Option(names = "--dry-run", description = "Say how many rows match, and change nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    LakeConfig config;
    try {
      config = new ConfigLoader(System.getenv()).load(file);
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
    SparkSession spark = LakeSession.start("freshet-purge", false);
    try {
      PurgeJob job = new PurgeJob(config, spark, Clock.systemUTC());
      PrintWriter out = spec.commandLine().getOut();
      if (dryRun) {
        out.printf("%d rows of %s match%n", job.count(table, where), table);
        return 0;
      }
      Purge.Result result = job.run(table, where);
      out.printf(
          "%d rows of %s purged; it can be read as of %s and later, and no instant shows them any more%n",
          result.rows(), table, result.since());
      out.println(
          "Landed files, the quarantine and Kafka may still hold them: see source.retention-hours and the topic's retention.");
      return 0;
    } finally {
      spark.stop();
    }
  }
}
