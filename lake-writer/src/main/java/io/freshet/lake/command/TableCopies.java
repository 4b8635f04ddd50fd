package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyConfig;
import io.freshet.lake.config.CopyLoader;
import io.freshet.lake.copy.CopyJob;
import io.freshet.lake.copy.CopyPlan;
import io.freshet.lake.copy.CopyResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/** What {@code snapshot --copy} does. */
final class TableCopies {
  private final Path file;
  private final boolean dryRun;
  private final boolean keep;
  private final Integer concurrentTables;
  private final CommandLine command;

  /**
   * @param concurrentTables null: as the file says
   */
  TableCopies(
      Path file, boolean dryRun, boolean keep, Integer concurrentTables, CommandLine command) {
    this.file = file;
    this.dryRun = dryRun;
    this.keep = keep;
    this.concurrentTables = concurrentTables;
    this.command = command;
  }

  /**
   * @return the exit code: 0 if all tables were copied, else 1
   */
  int run() throws InterruptedException {
    CopyConfig config = config();
    StopSignal signal = StopSignal.listen();
    SparkSession spark = LakeSession.start("freshet-copy", false);
    try {
      CopyJob job = new CopyJob(config, spark, Clock.systemUTC(), keep);
      if (dryRun) {
        print(job.plan());
        return 0;
      }
      signal.stops(job::stop);
      CopyResult result = ShownLoad.run(file, true, job.progress(), job::run);
      print(result);
      return result.failed().isEmpty() ? 0 : 1;
    } finally {
      spark.stop();
    }
  }

  private CopyConfig config() {
    try {
      CopyConfig config = new CopyLoader(System.getenv()).load(file);
      if (concurrentTables == null) {
        return config;
      }
      if (concurrentTables < 1) {
        throw new LakeException("--concurrent-tables must be 1 or more");
      }
      return new CopyConfig(config.source(), config.target(), concurrentTables, config.tables());
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
  }

  private void print(CopyPlan plan) {
    PrintWriter out = command.getOut();
    for (CopyPlan.Copy copy : plan.tables()) {
      out.printf(
          Locale.ROOT,
          "%s → %s  %s, %s rows%n  %s%n",
          copy.table().from(),
          copy.table().to(),
          copy.table().mode().name().toLowerCase(Locale.ROOT),
          copy.rows() < 0 ? "unknown" : String.format(Locale.ROOT, "~%,d", copy.rows()),
          copy.columns());
      if (!copy.leftOut().isEmpty()) {
        out.printf("  left out: %s%n", String.join(", ", copy.leftOut()));
      }
    }
    out.flush();
  }

  private void print(CopyResult result) {
    PrintWriter out = command.getOut();
    result
        .copied()
        .forEach(
            table ->
                out.printf(
                    Locale.ROOT,
                    "%s  %,d rows, %,d MB, %.1f s%n",
                    table.table(),
                    table.rows(),
                    table.bytes() >> 20,
                    table.took().toMillis() / 1_000.0));
    out.flush();
    result
        .failed()
        .forEach(
            (table, reason) ->
                command
                    .getErr()
                    .println("freshet: error: " + table + " was not copied: " + reason));
  }
}
