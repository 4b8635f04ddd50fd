package io.freshet.lake.command;

import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.IngestJob;
import io.freshet.lake.metrics.Progress;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commits what has landed to the lake's tables, and goes on doing so. */
@Command(
    name = "ingest",
    description = "Upsert landed changes into Hudi tables, continuously.",
    mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;

  @Option(names = "--once", description = "Commit all that has landed, then exit.")
  private boolean once;

  @Override
  public Integer call() throws InterruptedException {
    LakeConfig lake = config.load();
    StopSignal signal = StopSignal.listen();
    try (Serving serving = Serving.start(lake.metrics(), config.file(), once)) {
      SparkSession spark = LakeSession.start("freshet-ingest", false);
      try {
        IngestJob job = new IngestJob(lake, spark, Clock.systemUTC(), once);
        serving.answerFor(job);
        signal.stops(job::stop);
        Progress progress = Progress.start(job::status);
        try {
          job.run();
        } finally {
          progress.stop();
        }
        return 0;
      } finally {
        spark.stop();
      }
    }
  }
}
