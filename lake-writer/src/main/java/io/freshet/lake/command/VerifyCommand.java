package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.VerifyJob;
import io.freshet.lake.verify.Verification;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the lake with PostgreSQL. */
@Command(
    name = "verify",
    description = {
      "Compare the lake's tables with PostgreSQL's, while both go on changing.",
      "Exits 0 if they are equal, 1 if they differ, 2 if that can't be said."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;
  @Mixin private VerifyOptions options;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "Go on, and compare again each 30m, 1h or 1d; status shows the last result.")
  private String every;

  @Option(names = "--json", description = "A line of JSON for each table.")
  private boolean json;

  @Spec private CommandSpec spec;

  private boolean different;
  private boolean failed;

  @Override
  public Integer call() throws InterruptedException {
    LakeConfig lake = options.load(config);
    Optional<Duration> pause =
        Optional.ofNullable(every).map(text -> VerifyOptions.span("--every", text));
    StopSignal signal = StopSignal.listen();
    SparkSession spark = LakeSession.start("freshet-verify", false);
    try {
      VerifyJob job =
          new VerifyJob(lake, spark, Clock.systemUTC(), options.tables(), options.of(lake));
      signal.stops(job::stop);
      if (pause.isPresent()) {
        job.every(pause.get(), this::tell);
        return 0;
      }
      job.run(new Listener());
    } catch (LakeException impossible) {
      throw new Main.UsageException(impossible);
    } finally {
      spark.stop();
    }
    return different ? 1 : failed ? 2 : 0;
  }

  /** A round of many: what fails now may go well the next time. */
  private void tell(VerifyJob job) {
    try {
      job.run(new Listener());
    } catch (LakeException unreachable) {
      tell(unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      job.stop();
    }
  }

  private void tell(Exception failure) {
    spec.commandLine().getErr().println("freshet: error: " + OneLine.of(failure));
  }

  private final class Listener implements VerifyJob.Listener {
    @Override
    public void compared(Verification result) {
      different |= !result.isEqual();
      PrintWriter out = spec.commandLine().getOut();
      out.print(json ? VerifyText.json(result) + "\n" : VerifyText.of(result));
      out.flush();
    }

    @Override
    public void failed(String table, LakeException reason) {
      failed = true;
      tell(reason);
    }
  }
}
