package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.Changes;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.metrics.JobMetrics;
import io.freshet.lake.metrics.TableMetrics;
import io.freshet.lake.quarantine.QuarantineFolder;
import io.freshet.lake.source.SchemaRegistry;
import io.freshet.lake.source.Segment;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.FileViews;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.KeyBudget;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.TableSpec;
import io.freshet.lake.table.TableTimeline;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that a job writes. One is opened when its topic is seen for the first time, so a table
 * that is created in the source while the job runs needs nothing.
 */
final class TableSet {
  private static final Logger LOG = LoggerFactory.getLogger(TableSet.class);

  private LakeConfig config;
  private final SparkSession spark;
  private final Leases leases;
  private final Clock clock;
  private final KeyColumns keys;
  private final Changes changes;
  private final JobMetrics metrics;
  private final Consumer<TableWorker> onOpen;
  private final KeyBudget keysInMemory;
  private final FileViews views;
  private final Map<String, List<TableWorker>> byTopic = new LinkedHashMap<>();
  private final Map<String, String> topicByTable = new TreeMap<>();
  private final Map<String, String> refused = new TreeMap<>();

  /**
   * @param metrics what each table's counts and times are kept in
   * @param views where their writes learn which files they have
   * @param onOpen told of each table as it is opened
   */
  TableSet(
      LakeConfig config,
      SparkSession spark,
      Leases leases,
      Clock clock,
      JobMetrics metrics,
      FileViews views,
      Consumer<TableWorker> onOpen) {
    this.config = config;
    this.leases = leases;
    this.spark = spark;
    this.clock = clock;
    this.metrics = metrics;
    this.onOpen = onOpen;
    this.keysInMemory = new KeyBudget(config.keysInMemory());
    this.views = views;
    SchemaRegistry registry = new SchemaRegistry(config.registry());
    this.keys = new KeyColumns(registry, this::storedKeys);
    this.changes = new Changes(spark, registry, config.source().kafka());
  }

  /**
   * Opens the tables of the topics that are there when the job starts.
   *
   * @param landed topics that have landed
   * @throws LakeException if a topic that the configuration names can make no table; one that is
   *     only matched by a pattern is left out with a reason
   */
  synchronized void openAll(List<String> landed) {
    for (String topic : config.namedTopics()) {
      open(topic, landed);
    }
    new TreeSet<>(landed).stream().filter(config::reads).forEach(this::offerTopic);
    if (byTopic.isEmpty() && !refused.isEmpty()) {
      throw new LakeException("no topic can be read: " + String.join("; ", refused.values()));
    }
  }

  private Optional<List<String>> storedKeys(TableConfig table) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return new TableTimeline(table.name(), config.location(table), hadoop).keys();
  }

  /** Hands segments to the tables that they feed, opening those that are new. */
  synchronized void offer(List<Segment> segments) {
    segments.stream().map(Segment::topic).distinct().forEach(this::offerTopic);
    for (Segment segment : segments) {
      byTopic.getOrDefault(segment.topic(), List.of()).forEach(table -> table.offer(segment));
    }
  }

  private void offerTopic(String topic) {
    if (byTopic.containsKey(topic) || refused.containsKey(topic)) {
      return;
    }
    tryToOpen(topic);
  }

  private void tryToOpen(String topic) {
    try {
      open(topic, List.of(topic));
    } catch (LakeException reason) {
      LOG.error("left out topic={} reason=\"{}\"", topic, reason.getMessage());
      refused.put(topic, reason.getMessage());
    }
  }

  private void open(String topic, List<String> landed) {
    List<TableWorker> present = byTopic.getOrDefault(topic, List.of());
    Set<String> names = present.stream().map(TableWorker::name).collect(Collectors.toSet());
    List<TableWorker> opened = new ArrayList<>();
    for (TableConfig table : config.tablesOf(topic)) {
      if (names.contains(table.name())) {
        continue;
      }
      requireOwn(topicByTable.get(table.name()), table);
      List<String> keys = this.keys.of(table, landed);
      TableSpec spec = new TableSpec(table, config.location(table), keys);
      HudiTable hudi = new HudiTable(spark, spec, keysInMemory, Optional.of(views));
      hudi.requireSameShape();
      claim(table.name()); // Before the table is asked for its position.
      TableMetrics meters = metrics.table(table.name(), topic);
      opened.add(
          new TableWorker(
              hudi, changes, quarantine(hudi), leases, clock, meters, config.commits()));
    }
    opened.forEach(table -> topicByTable.put(table.name(), topic));
    byTopic.put(topic, Stream.concat(present.stream(), opened.stream()).toList());
    opened.forEach(onOpen);
  }

  /**
   * What a changed configuration led to.
   *
   * @param closed tables that are not written any more
   * @param refused changes that are not followed, with the reason
   */
  record Reloaded(List<TableWorker> closed, List<String> refused) {}

  /**
   * Follows changed rules: tables that are named now are opened, others are let go, and the rest
   * get their new settings with their next commit. Topics that made no table are tried again.
   */
  synchronized Reloaded reload(LakeConfig changed) {
    Reloaded reloaded = new Reloaded(new ArrayList<>(), new ArrayList<>());
    config = changed;
    refused.clear();
    for (String topic : List.copyOf(byTopic.keySet())) {
      try {
        reload(topic, config.tablesOf(topic), reloaded);
      } catch (LakeException reason) {
        reloaded.refused().add(reason.getMessage());
      }
    }
    Set<String> topics = new TreeSet<>(config.namedTopics());
    topics.addAll(byTopic.keySet());
    topics.forEach(this::tryToOpen);
    return reloaded;
  }

  private void reload(String topic, List<TableConfig> tables, Reloaded reloaded) {
    Map<String, TableConfig> wanted = new HashMap<>();
    tables.forEach(table -> wanted.put(table.name(), table));
    List<TableWorker> kept = new ArrayList<>();
    for (TableWorker table : byTopic.get(topic)) {
      TableConfig settings = wanted.get(table.name());
      if (settings == null) {
        topicByTable.remove(table.name());
        reloaded.closed().add(table);
        continue;
      }
      kept.add(table);
      TableConfig running = table.spec().config();
      Optional<String> reason = Reload.refused(running, settings);
      reason.ifPresent(reloaded.refused()::add);
      if (reason.isEmpty() && !running.equals(settings)) {
        table.configure(settings);
      }
    }
    if (kept.isEmpty()) {
      byTopic.remove(topic);
    } else {
      byTopic.put(topic, List.copyOf(kept));
    }
  }

  /** Forgets what was announced, for a stream that begins anew at the tables' positions. */
  synchronized void forgetPending() {
    all().forEach(TableWorker::forgetPending);
  }

  private TableQuarantine quarantine(HudiTable table) {
    return new TableQuarantine(
        new QuarantineFolder(
            config.warehouse(),
            table.spec().config().database(),
            table.spec().config().table(),
            spark.sparkContext().hadoopConfiguration()),
        table::spec);
  }

  private void claim(String table) {
    try {
      leases.claim(Leases.Role.WRITER, table);
      if (config.services().besideIngest()) {
        leases.claim(Leases.Role.SERVICES, table);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LakeException("interrupted while claiming " + table, interrupted);
    }
  }

  /**
   * @param other the topic that makes the table already; null for none
   * @throws LakeException if there is one
   */
  static void requireOwn(String other, TableConfig table) {
    if (other != null) {
      throw new LakeException(
          "topics %s and %s would both make table %s; give one of them an entry of its own in tables"
              .formatted(other, table.topic(), table.name()));
    }
  }

  /** Where a common reader of each topic must begin. */
  synchronized Map<String, TopicPosition> positions() {
    Map<String, TopicPosition> from = new TreeMap<>();
    byTopic.forEach(
        (topic, tables) ->
            tables.forEach(table -> from.merge(topic, table.position(), TopicPosition::earlier)));
    return from;
  }

  /** Takes notice of requests for a replay of what is in quarantine. */
  boolean lookForReplays() {
    boolean asked = false;
    for (TableWorker table : all()) {
      asked |= table.lookForReplays();
    }
    return asked;
  }

  synchronized List<TableWorker> all() {
    return byTopic.values().stream().flatMap(List::stream).toList();
  }

  /** Topics that match a pattern and make no table, with the reason. */
  synchronized Map<String, String> refused() {
    return Map.copyOf(refused);
  }

  /** Lets go what the tables' changes are read with. */
  void close() {
    changes.close();
  }

  synchronized int pendingFiles() {
    return all().stream().mapToInt(TableWorker::pendingFiles).sum();
  }
}
