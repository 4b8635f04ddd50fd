package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.RepairJob;
import io.freshet.lake.job.VerifyJob;
import io.freshet.lake.verify.Repair;
import io.freshet.lake.verify.Verification;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Writes the rows anew in which the lake differs from PostgreSQL. */
@Command(
    name = "repair",
    description = {
      "Compare, and write the rows anew that differ: as PostgreSQL has them, each in a commit of its"
          + " table that says so.",
      "A running ingest does it between two of its commits. Exits 0 if the tables are equal then,",
      "1 if they differ, 2 if that can't be said."
    },
    mixinStandardHelpOptions = true)
final class RepairCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;
  @Mixin private VerifyOptions options;
  @Spec private CommandSpec spec;

  private final List<Verification> found = new ArrayList<>();
  private boolean failed;

  @Override
  public Integer call() throws InterruptedException {
    LakeConfig lake = options.load(config);
    SparkSession spark = LakeSession.start("freshet-repair", false);
    Clock clock = Clock.systemUTC();
    PrintWriter out = spec.commandLine().getOut();
    try (RepairJob repair = new RepairJob(lake, spark, clock, options.patience())) {
      new VerifyJob(lake, spark, clock, options.tables(), options.of(lake)).run(new Listener());
      List<String> repaired = new ArrayList<>();
      for (Verification each : found) {
        Repair.Result result = repair.run(each);
        out.printf(
            "%s: %d rows written as PostgreSQL has them, %d taken out, %d equal by now%n",
            each.table(), result.upserted(), result.deleted(), result.equal());
        repaired.add(each.table());
      }
      found.clear();
      if (!repaired.isEmpty()) {
        new VerifyJob(lake, spark, clock, repaired, options.of(lake)).run(new Listener());
      }
    } catch (LakeException impossible) {
      throw new Main.UsageException(impossible);
    } finally {
      spark.stop();
    }
    return !found.isEmpty() ? 1 : failed ? 2 : 0;
  }

  private final class Listener implements VerifyJob.Listener {
    @Override
    public void compared(Verification result) {
      spec.commandLine().getOut().print(VerifyText.of(result));
      spec.commandLine().getOut().flush();
      if (!result.isEqual()) {
        found.add(result);
      }
    }

    @Override
    public void failed(String table, LakeException reason) {
      failed = true;
      spec.commandLine().getErr().println("freshet: error: " + OneLine.of(reason));
    }
  }
}
