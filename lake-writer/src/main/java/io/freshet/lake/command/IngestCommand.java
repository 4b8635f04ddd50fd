package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.IngestJob;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Commits what has landed to the lake's tables, and goes on doing so. */
@Command(
    name = "ingest",
    description = "Upsert landed changes into Hudi tables, continuously.",
    mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The lake's YAML.")
  private Path file;

  @Option(names = "--once", description = "Commit all that has landed, then exit.")
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
    SparkSession spark = LakeSession.start("freshet-ingest", false);
    try {
      IngestJob job = new IngestJob(config, spark, Clock.systemUTC(), once);
      signal.stops(job::stop);
      job.run();
      return 0;
    } finally {
      spark.stop();
    }
  }
}
