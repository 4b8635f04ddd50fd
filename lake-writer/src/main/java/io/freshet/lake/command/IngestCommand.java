package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.ConfigWatch;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.job.IngestJob;
import io.freshet.lake.job.IngestPlan;
import io.freshet.lake.metrics.Progress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Commits what has landed to the lake's tables, and goes on doing so. */
@Command(
    name = "ingest",
    description = "Upsert landed changes into Hudi tables, continuously.",
    mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "The lake's YAML.")
  private Path file;

  @Option(names = "--once", description = "Commit all that has landed, then exit.")
  private boolean once;

  @Option(
      names = "--accept-schema",
      paramLabel = "DATABASE.TABLE",
      description =
          "Let this table go on whose column got a type that does not fit: what is stored stays, and new values get a column of their own, <column>__<type>. May be repeated.")
  private List<String> accepted = List.of();

  @Option(names = "--check", description = "Only say whether the configuration is valid.")
  private boolean check;

  @Option(
      names = "--dry-run",
      description = "Only show which topics would make which tables, and where each would go on.")
  private boolean dryRun;

  @Mixin private HoodieFlags hoodie;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    // Before it is read: no change gets lost.
    Optional<ConfigWatch> watch =
        Optional.ofNullable(file).map(path -> new ConfigWatch(path, loader()));
    LakeConfig lake;
    try {
      if (hoodie.properties().isPresent() && !hoodie.isRun() && !check && !dryRun) {
        spec.commandLine().getOut().print(hoodie.yaml(spec.commandLine().getParseResult()));
        spec.commandLine().getOut().flush();
        return 0;
      }
      lake = config();
    } catch (LakeException invalid) {
      throw new Main.UsageException(invalid);
    }
    Path config = hoodie.properties().orElse(file);
    if (check) {
      spec.commandLine().getOut().println(config + " is valid");
      return 0;
    }
    if (dryRun) {
      IngestPlan plan = IngestPlan.of(lake, LakeSession.hadoop());
      spec.commandLine().getOut().print(PlanText.of(plan));
      spec.commandLine().getOut().flush();
      return plan.refused().isEmpty() ? 0 : 1;
    }
    return run(lake, config, watch);
  }

  private int run(LakeConfig lake, Path config, Optional<ConfigWatch> watch)
      throws InterruptedException {
    StopSignal signal = StopSignal.listen();
    try (Serving serving = Serving.start(lake.metrics(), config, endsByItself())) {
      SparkSession spark = LakeSession.start("freshet-ingest", false);
      try {
        IngestJob job = new IngestJob(lake, spark, Clock.systemUTC(), endsByItself());
        accepted.forEach(job::acceptSchema);
        serving.answerFor(job);
        signal.stops(job::stop);
        Progress progress = Progress.start(job::status);
        if (!endsByItself()) {
          watch.ifPresent(each -> each.start(job::reload, job::keepConfig));
        }
        try {
          job.run();
        } finally {
          watch.ifPresent(ConfigWatch::close);
          progress.stop();
        }
        return 0;
      } finally {
        spark.stop();
      }
    }
  }

  private LakeConfig config() {
    if (hoodie.properties().isPresent() && file != null) {
      throw new LakeException("--config stands beside --hoodie-props; one of them says what to do");
    }
    if (hoodie.properties().isPresent()) {
      return loader().parse(hoodie.yaml(spec.commandLine().getParseResult()));
    }
    if (file == null) {
      throw new LakeException("--config is missing; name the lake's YAML with it");
    }
    return loader().load(file);
  }

  private static ConfigLoader loader() {
    return new ConfigLoader(System.getenv());
  }

  /** HoodieStreamer runs once unless it is told to go on; {@code ingest} the other way round. */
  private boolean endsByItself() {
    return once || hoodie.properties().isPresent() && !hoodie.isContinuous();
  }
}
