package io.freshet.lake.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The whole of a lake job's configuration.
 *
 * @param warehouse folder of the lake: a table lies at {@code <warehouse>/<database>/<table>}
 * @param metastore Hive metastore to keep in step; empty for no sync
 * @param source where changes come from
 * @param registry Apicurio's base URL: a topic's key schema names its table's key columns
 * @param concurrentTables how many tables may be written at the same time, 1 or more
 * @param lease how long a job's tables stay its own when it shows no life
 * @param services compaction, cleaning and archiving
 * @param metrics where a running job is asked how it does
 * @param keysInMemory of how many rows of partitioned tables the writer remembers the partition, 0
 *     or more
 * @param rules at least one
 * @param postgres the database that {@code snapshot} reads; empty where nothing is said of it
 */
public record LakeConfig(
    URI warehouse,
    Optional<URI> metastore,
    SourceConfig source,
    URI registry,
    int concurrentTables,
    Duration lease,
    ServicesConfig services,
    MetricsConfig metrics,
    int keysInMemory,
    List<TableRule> rules,
    Optional<PostgresConfig> postgres) {

  /** What one remembered key takes, with the room that a hash table leaves. */
  private static final int BYTES_PER_KEY = 40;

  public LakeConfig {
    rules = List.copyOf(rules);
  }

  /** Without a database to take a snapshot of. */
  public LakeConfig(
      URI warehouse,
      Optional<URI> metastore,
      SourceConfig source,
      URI registry,
      int concurrentTables,
      Duration lease,
      ServicesConfig services,
      MetricsConfig metrics,
      int keysInMemory,
      List<TableRule> rules) {
    this(
        warehouse,
        metastore,
        source,
        registry,
        concurrentTables,
        lease,
        services,
        metrics,
        keysInMemory,
        rules,
        Optional.empty());
  }

  /** As many keys as an eighth of this process's heap holds. */
  public static int usualKeysInMemory() {
    long keys = Runtime.getRuntime().maxMemory() / 8 / BYTES_PER_KEY;
    return (int) Math.min(keys, 1_000_000_000);
  }

  /** Whether any table is made of a topic. */
  public boolean reads(String topic) {
    return rules.stream().anyMatch(rule -> rule.topics().matches(topic));
  }

  /** What topics are looked for while the job runs. */
  public List<TopicPattern> patterns() {
    return rules.stream()
        .map(TableRule::topics)
        .filter(topics -> topics.names().size() < topics.include().size())
        .toList();
  }

  /** Topics that are named whole. */
  public List<String> namedTopics() {
    return rules.stream().flatMap(rule -> rule.topics().names().stream()).distinct().toList();
  }

  /**
   * The tables that a topic makes: one for each rule that it matches. Of two that would have the
   * same name the former rule's stands, so that an exception is written before what it is one of.
   */
  public List<TableConfig> tablesOf(String topic) {
    Set<String> names = new HashSet<>();
    List<TableConfig> tables = new ArrayList<>();
    for (TableRule rule : rules) {
      if (rule.topics().matches(topic)) {
        TableConfig table = rule.tableOf(topic);
        if (names.add(table.name())) {
          tables.add(table);
        }
      }
    }
    return tables;
  }

  /** Where a table lies. */
  public String location(TableConfig table) {
    String base = warehouse.toString();
    return (base.endsWith("/") ? base : base + "/") + table.database() + "/" + table.table();
  }
}
