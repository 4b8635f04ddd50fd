package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.snapshot.SnapshotJob;
import io.freshet.lake.snapshot.SnapshotPlan;
import io.freshet.lake.snapshot.SnapshotResult;
import io.freshet.lake.snapshot.SnapshotSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads PostgreSQL's tables into new lake tables, for a source connector to go on from there. */
@Command(
    name = "snapshot",
    description = {
      "Load PostgreSQL's tables into new Hudi tables at one position of its WAL.",
      "It makes the replication slot and the publication that the source connector goes on with.",
      "With --copy: copy whole tables between systems, whichever a file says."
    },
    mixinStandardHelpOptions = true)
final class SnapshotCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Files files;

  /** What is loaded: a database as a lake's YAML says, or tables as a file of their own says. */
  static final class Files {
    @Option(
        names = "--config",
        required = true,
        paramLabel = "FILE",
        description = "The lake's YAML: load its database for a source connector to go on with.")
    private Path config;

    @Option(
        names = "--copy",
        required = true,
        paramLabel = "FILE",
        description =
            "A YAML of tables: copy them from postgres, jdbc, parquet, hudi or kudu to hudi, parquet or kudu.")
    private Path copy;
  }

  @Option(
      names = "--dry-run",
      description = "Check all that can be checked, say what would be loaded, and make nothing.")
  private boolean dryRun;

  @Option(
      names = "--keep",
      description = "Leave what is there after a failure, so that the next run goes on with it.")
  private boolean keep;

  @Option(
      names = "--concurrent-tables",
      paramLabel = "N",
      description =
          "Tables that are loaded at the same time (default: as the file says with concurrent-tables).")
  private Integer concurrentTables;

  @Option(
      names = "--hold-minutes",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How long PostgreSQL holds the snapshot for a run that was killed (default: 10).")
  private int holdMinutes;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (files.copy != null) {
      return new TableCopies(files.copy, dryRun, keep, concurrentTables, spec.commandLine()).run();
    }
    LakeConfig lake = ConfigOption.of(files.config).loadWithDatabase();
    int tables = concurrentTables == null ? lake.concurrentTables() : concurrentTables;
    if (tables < 1 || holdMinutes < 1) {
      throw new Main.UsageException(
          new LakeException("--concurrent-tables and --hold-minutes must be 1 or more"));
    }
    SnapshotSettings settings = new SnapshotSettings(tables, keep, Duration.ofMinutes(holdMinutes));
    StopSignal signal = StopSignal.listen();
    SparkSession spark = LakeSession.start("freshet-snapshot", false);
    try {
      SnapshotJob job = new SnapshotJob(lake, spark, Clock.systemUTC(), settings);
      if (dryRun) {
        print(job.plan());
        return 0;
      }
      signal.stops(job::stop);
      SnapshotResult result =
          ShownLoad.run(files.config, lake.metrics().enabled(), job.progress(), job::run);
      print(result, lake);
      return 0;
    } finally {
      spark.stop();
    }
  }

  private void print(SnapshotPlan plan) {
    PrintWriter out = spec.commandLine().getOut();
    plan.tables()
        .forEach(
            table -> {
              out.printf(
                  Locale.ROOT,
                  "%s → %s  %s rows, %,d MB%n",
                  table.source().title(),
                  table.name(),
                  table.source().rows() < 0
                      ? "unknown"
                      : String.format(Locale.ROOT, "~%,d", table.source().rows()),
                  table.source().bytes() >> 20);
              if (!table.columns().leftOut().isEmpty()) {
                out.printf("  left out: %s%n", String.join(", ", table.columns().leftOut()));
              }
            });
    plan.skipped().forEach((table, reason) -> out.printf("%s is left out: %s%n", table, reason));
    out.flush();
  }

  private void print(SnapshotResult result, LakeConfig lake) {
    PrintWriter out = spec.commandLine().getOut();
    result.resumed().forEach(table -> out.printf("%s was loaded by the run before%n", table));
    result
        .loaded()
        .forEach(
            table ->
                out.printf(
                    Locale.ROOT,
                    "%s  %,d rows, %,d MB, %.1f s%n",
                    table.table(),
                    table.rows(),
                    table.bytes() >> 20,
                    table.took().toMillis() / 1_000.0));
    lake.postgres()
        .ifPresent(
            postgres ->
                out.printf(
                    Locale.ROOT,
                    "All tables are as of LSN %s; the slot keeps %,d MB of WAL since.%n"
                        + "Next: freshet connectors apply with slot.name=%s, publication.name=%s, topic.prefix=%s, snapshot.mode=no_data; then freshet ingest.%n",
                    result.lsn(),
                    result.walBytes() >> 20,
                    postgres.slot(),
                    postgres.publication(),
                    postgres.topicPrefix()));
    out.flush();
  }
}
