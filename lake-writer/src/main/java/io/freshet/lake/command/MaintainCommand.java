package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.MaintainJob;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compaction, cleaning and archiving in a job of its own. */
@Command(
    name = "maintain",
    description = {
      "Compact, clean and archive tables, beside an ingest with services.beside-ingest: false."
    },
    mixinStandardHelpOptions = true)
final class MaintainCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The lake's YAML.")
  private Path file;

  @Option(
      names = "--tables",
      split = ",",
      defaultValue = "*",
      paramLabel = "TABLE",
      description = "database.table, with * for any text; several with commas (default: all).")
  private List<String> tables;

  @Option(names = "--once", description = "Do all that there is to do, due or not, then exit.")
  private boolean once;

  @Override
  public Integer call() throws InterruptedException {
    LakeConfig config;
    try {
      config = new ConfigLoader(System.getenv()).load(file);
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
    StopSignal signal = StopSignal.listen();
    SparkSession spark = LakeSession.start("freshet-maintain", false);
    try {
      MaintainJob job = new MaintainJob(config, spark, Clock.systemUTC(), tables);
      signal.stops(job::stop);
      job.run(once);
      return 0;
    } finally {
      spark.stop();
    }
  }
}
