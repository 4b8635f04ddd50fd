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
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that a job writes. One is opened when its topic is seen for the first time, so a table
 * that is created in the source while the job runs needs nothing.
 */
final class TableSet {
  private static final Logger LOG = LoggerFactory.getLogger(TableSet.class);

  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final KeyColumns keys;
  private final Changes changes;
  private final JobMetrics metrics;
  private final Consumer<TableWorker> onOpen;
  private final Map<String, List<TableWorker>> byTopic = new LinkedHashMap<>();
  private final Map<String, String> topicByTable = new TreeMap<>();
  private final Map<String, String> refused = new TreeMap<>();

  /**
   * @param metrics what each table's counts and times are kept in
   * @param onOpen told of each table as it is opened
   */
  TableSet(
      LakeConfig config,
      SparkSession spark,
      Clock clock,
      JobMetrics metrics,
      Consumer<TableWorker> onOpen) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.metrics = metrics;
    this.onOpen = onOpen;
    SchemaRegistry registry = new SchemaRegistry(config.registry());
    this.keys = new KeyColumns(registry);
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
    try {
      open(topic, List.of(topic));
    } catch (LakeException reason) {
      LOG.error("left out topic={} reason=\"{}\"", topic, reason.getMessage());
      refused.put(topic, reason.getMessage());
    }
  }

  private void open(String topic, List<String> landed) {
    if (byTopic.containsKey(topic)) {
      return;
    }
    List<TableWorker> opened = new ArrayList<>();
    for (TableConfig table : config.tablesOf(topic)) {
      requireOwn(topicByTable.get(table.name()), table);
      List<String> keys = this.keys.of(table, landed);
      HudiTable hudi = new HudiTable(spark, new TableSpec(table, config.location(table), keys));
      hudi.requireSameShape();
      TableMetrics meters = metrics.table(table.name(), topic);
      opened.add(new TableWorker(hudi, changes, quarantine(hudi.spec()), clock, meters));
    }
    opened.forEach(table -> topicByTable.put(table.name(), topic));
    byTopic.put(topic, opened);
    opened.forEach(onOpen);
  }

  private TableQuarantine quarantine(TableSpec spec) {
    return new TableQuarantine(
        new QuarantineFolder(
            config.warehouse(),
            spec.config().database(),
            spec.config().table(),
            spark.sparkContext().hadoopConfiguration()),
        spec);
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

  synchronized int pendingFiles() {
    return all().stream().mapToInt(TableWorker::pendingFiles).sum();
  }
}
