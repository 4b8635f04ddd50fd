package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.ReclusterJob;
import io.freshet.lake.table.Recluster;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Rewrites a table's files. */
@Command(
    name = "recluster",
    description = {
      "Rewrite a table's files in the order of its keys, with another number of buckets.",
      "One commit; time travel and queries for changes go on as before. Stop the ingest that writes it before."
    },
    mixinStandardHelpOptions = true)
final class ReclusterCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The lake's YAML.")
  private Path file;

  @Option(names = "--table", required = true, paramLabel = "TABLE", description = "database.table")
  private String table;

  @Option(
      names = "--buckets",
      paramLabel = "NUMBER",
      description = "Files of each partition (default: buckets in the configuration).")
  private Integer buckets;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (buckets != null && (buckets < 1 || buckets > IndexConfig.MOST_BUCKETS)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--buckets must be between 1 and %d, not %d"
              .formatted(IndexConfig.MOST_BUCKETS, buckets));
    }
    LakeConfig config;
    try {
      config = new ConfigLoader(System.getenv()).load(file);
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
    SparkSession spark = LakeSession.start("freshet-recluster", false);
    try {
      Recluster.Result result =
          new ReclusterJob(config, spark, Clock.systemUTC())
              .run(table, buckets == null ? OptionalInt.empty() : OptionalInt.of(buckets));
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %d rows rewritten into %d buckets for each partition, %s before%n",
              table,
              result.rows(),
              result.after(),
              result.before() == 0 ? "none" : result.before());
      return 0;
    } finally {
      spark.stop();
    }
  }
}
