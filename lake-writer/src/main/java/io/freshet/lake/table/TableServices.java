package io.freshet.lake.table;

import io.freshet.lake.config.ServicesConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.hudi.DefaultSparkRecordMerger;
import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieInstantTimeGenerator;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.common.util.CompactionUtils;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a table needs beside its commits: compaction, cleaning, archiving. All of it goes on while
 * the table is written, but for the moment in which a compaction is planned. What is cut off in the
 * middle is taken up by the next run: a plan stands in the table's timeline until it is carried
 * out.
 *
 * <p>One process at a time may run them for a table.
 */
public final class TableServices {
  private static final Logger LOG = LoggerFactory.getLogger(TableServices.class);

  /** Cleaning lists every partition; old versions may wait that long. */
  private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

  private final HudiTable table;
  private final Clock clock;
  private final ServicesConfig limits;
  private final Consumer<Runnable> betweenCommits;
  private final ServicesContext context;
  private Instant cleaned = Instant.EPOCH;

  /**
   * In a process that has nothing else to do: they take all of its cores.
   *
   * @param limits how many commits make a compaction or an archiving due
   * @param betweenCommits runs something while nobody commits to the table; or does not, where it
   *     is written by another process, which plans its compactions itself
   */
  public TableServices(
      HudiTable table, Clock clock, ServicesConfig limits, Consumer<Runnable> betweenCommits) {
    this(table, clock, limits, betweenCommits, false);
  }

  private TableServices(
      HudiTable table,
      Clock clock,
      ServicesConfig limits,
      Consumer<Runnable> betweenCommits,
      boolean besideCommits) {
    this.table = table;
    this.clock = clock;
    this.limits = limits;
    this.betweenCommits = betweenCommits;
    this.context =
        new ServicesContext(
            JavaSparkContext.fromSparkContext(table.spark().sparkContext()), besideCommits);
  }

  /** Those of a table in the process that commits to it, whose cores they leave half of. */
  public static TableServices besideCommits(HudiTable table, Clock clock, ServicesConfig limits) {
    return new TableServices(table, clock, limits, table::betweenCommits, true);
  }

  /** Does what is due; a table that needs nothing costs one look at its timeline. */
  public void runDue() {
    run(limits.compactAfterCommits(), BETWEEN_CLEANINGS);
  }

  /** Does all that there is to do, due or not. */
  public void runAll() {
    run(1, Duration.ZERO);
  }

  /** Plans a compaction if it is due, and leaves the rest to the job that carries it out. */
  public void planDue() {
    if (table.exists() && table.spec().mergeOnRead()) {
      HoodieTableMetaClient client = table.client();
      if (CompactionUtils.getPendingCompactionInstantTimes(client).isEmpty()
          && deltaCommits(client) >= limits.compactAfterCommits()) {
        try (SparkRDDWriteClient<?> writer = writer(Map.of())) {
          plan(writer)
              .ifPresent(instant -> LOG.info("{}: compaction {} is planned", name(), instant));
        }
      }
    }
  }

  /** Merges all logs and takes away every file that the newest state of the table does not need. */
  void keepNewestOnly() {
    HoodieTableMetaClient client = table.client();
    try (CompactionClient writer = writer(Map.of())) {
      compact(writer, client, 1);
      clean(writer, clock.instant());
    }
  }

  private void run(int compactAfter, Duration betweenCleanings) {
    if (!table.exists()) {
      return;
    }
    HoodieTableMetaClient client = table.client();
    try (CompactionClient writer = writer(Map.of())) {
      compact(writer, client, compactAfter);
      Instant now = clock.instant();
      if (Duration.between(cleaned, now).compareTo(betweenCleanings) >= 0) {
        Instant reach = now.minus(table.spec().config().timeTravel());
        if (isOlderThan(reach, client)) {
          clean(writer, reach);
        }
        cleaned = now;
      }
    }
    if (commits(client) >= mostCommits()) {
      archive();
    }
  }

  private void compact(CompactionClient writer, HoodieTableMetaClient client, int after) {
    if (!table.spec().mergeOnRead()) {
      return;
    }
    // Those that an earlier run left behind.
    for (HoodieInstant pending : CompactionUtils.getPendingCompactionInstantTimes(client)) {
      compact(writer, pending.requestedTime());
    }
    if (deltaCommits(client) >= after) {
      plan(writer).ifPresent(instant -> compact(writer, instant));
    }
  }

  private static int deltaCommits(HoodieTableMetaClient client) {
    var since =
        CompactionUtils.getCompletedDeltaCommitsSinceLatestCompaction(client.getActiveTimeline());
    return since.isPresent() ? since.get().getLeft().countInstants() : 0;
  }

  /**
   * A plan names the log files that its compaction merges. A commit that ended while they are
   * counted would be left out, and yet be taken for merged.
   */
  private Optional<String> plan(SparkRDDWriteClient<?> writer) {
    AtomicReference<Optional<String>> instant = new AtomicReference<>(Optional.empty());
    betweenCommits.accept(
        () ->
            instant.set(
                Optional.ofNullable(writer.scheduleCompaction(Option.empty()).orElse(null))));
    return instant.get();
  }

  private void compact(CompactionClient writer, String instant) {
    long began = clock.millis();
    writer.compact(table.client(), instant);
    LOG.info("{}: compaction {} took {} ms", name(), instant, clock.millis() - began);
  }

  private static boolean isOlderThan(Instant reach, HoodieTableMetaClient client) {
    HoodieTimeline commits = client.getCommitsTimeline().filterCompletedInstants();
    String time = HoodieInstantTimeGenerator.formatDateBasedOnTimeZone(Date.from(reach));
    return !client.getArchivedTimeline().empty()
        || commits.firstInstant().isPresent()
            && commits.firstInstant().get().requestedTime().compareTo(time) < 0;
  }

  private void clean(SparkRDDWriteClient<?> writer, Instant reach) {
    // Those that an earlier run left behind.
    writer.clean(false);
    long began = clock.millis();
    int files =
        new CleanPlan(config(Map.of()), context, reach).save(writer.createNewInstantTime(true));
    if (files > 0) {
      writer.clean(false);
      LOG.info(
          "{}: cleaned {} files that no query as of {} or later reads, in {} ms",
          name(),
          files,
          reach,
          clock.millis() - began);
    }
  }

  private static int commits(HoodieTableMetaClient client) {
    return client.getCommitsTimeline().filterCompletedInstants().countInstants();
  }

  private int mostCommits() {
    return limits.activeCommits() * 3 / 2;
  }

  private void archive() {
    long began = clock.millis();
    // Hudi keeps all commits active that its own cleaning would reach back to. That may be days of
    // them at one a second, and each commit lists them all. CleanPlan does not need them.
    Map<String, String> archival =
        Map.of(
            "hoodie.cleaner.policy",
            "KEEP_LATEST_FILE_VERSIONS",
            "hoodie.archive.automatic",
            "true",
            "hoodie.keep.min.commits",
            Integer.toString(limits.activeCommits()),
            "hoodie.keep.max.commits",
            Integer.toString(mostCommits()));
    int before = commits(table.client());
    try (SparkRDDWriteClient<?> writer = writer(archival)) {
      writer.archive();
    }
    LOG.info(
        "{}: archived {} commits in {} ms",
        name(),
        before - commits(table.client()),
        clock.millis() - began);
  }

  private CompactionClient writer(Map<String, String> more) {
    return new CompactionClient(context, config(more));
  }

  private HoodieWriteConfig config(Map<String, String> more) {
    Map<String, String> options =
        new HashMap<>(HudiOptions.of(table.spec(), table.index(), context.tasks()));
    options.put("hoodie.cleaner.policy", "KEEP_LATEST_BY_HOURS");
    options.put("hoodie.compact.inline.max.delta.commits", "1");
    options.put("hoodie.memory.compaction.max.size", Long.toString(context.memory()));
    // What is spilled lives for seconds; to compress each record took longer than to merge it.
    options.put("hoodie.common.diskmap.compression.enabled", "false");
    // Logs are merged as Spark's rows, which is what both they and base files are read as quickest;
    // their keys stand in columns of their own, whatever wrote them.
    options.put(RowWriter.MERGERS, DefaultSparkRecordMerger.class.getName());
    // No log here knows its rows' positions in the base file. To be ready for them, Hudi would take
    // each record apart and put it together again with one column more.
    options.put("hoodie.merge.use.record.positions", "false");
    options.putAll(more);
    return HoodieWriteConfig.newBuilder()
        .withPath(table.spec().location())
        .withProps(options)
        .build();
  }

  private String name() {
    return table.spec().config().name();
  }
}
