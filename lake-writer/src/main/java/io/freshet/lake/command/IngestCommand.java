package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.IngestJob;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Commits what has landed to the lake's tables, and goes on doing so. */
@Command(
    name = "ingest",
    description = "Upsert landed changes into Hudi tables, continuously.",
    mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  /** Before Spark's own hook, which would take the session away under a commit. */
  private static final int BEFORE_SPARK = 100;

  /** After all others. */
  private static final int LAST = 0;

  private static final int STOP_SECONDS = 75;

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
    SparkSession spark = LakeSession.start("freshet-ingest", false);
    try {
      IngestJob job = new IngestJob(config, spark, Clock.systemUTC(), once);
      stopOnSignal(job);
      job.run();
      return 0;
    } finally {
      spark.stop();
    }
  }

  /** A signal ends the job between commits, and that is a success. */
  private static void stopOnSignal(IngestJob job) {
    ShutdownHookManager hooks = ShutdownHookManager.get();
    AtomicBoolean stopped = new AtomicBoolean();
    hooks.addShutdownHook(
        () -> {
          try {
            stopped.set(job.stop());
          } catch (InterruptedException cutOff) {
            Thread.currentThread().interrupt();
          }
        },
        BEFORE_SPARK,
        STOP_SECONDS,
        TimeUnit.SECONDS);
    hooks.addShutdownHook(
        () -> {
          if (stopped.get()) {
            Runtime.getRuntime().halt(0);
          }
        },
        LAST);
  }
}
