package io.freshet.lake.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.lake.LakeException;
import io.freshet.lake.source.KafkaConnection;
import io.freshet.lake.source.LandingLayout;
import io.freshet.lake.source.MessageIds;
import io.freshet.lake.source.SinkGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the lake job's YAML. */
public final class ConfigLoader {
  /** Stands for topics that could not be read. */
  private static final TopicPattern ANY = new TopicPattern(List.of("*"), List.of());

  private final Placeholders placeholders;
  private final boolean needsDatabase;

  /**
   * @param environment what {@code ${env:NAME}} refers to
   */
  public ConfigLoader(Map<String, String> environment) {
    this(new Placeholders(environment), false);
  }

  private ConfigLoader(Placeholders placeholders, boolean needsDatabase) {
    this.placeholders = placeholders;
    this.needsDatabase = needsDatabase;
  }

  /**
   * The same for a command that reads the source's database. Others do without its password: where
   * a placeholder in {@code postgres} can't be resolved, they have no such section.
   */
  public ConfigLoader withDatabase() {
    return new ConfigLoader(placeholders, true);
  }

  /**
   * @throws LakeException if the file can't be read
   * @throws ConfigException if it says something that it must not: all that is wrong with it, each
   *     with the key, the value and the fix
   */
  public LakeConfig load(Path file) {
    return YamlTree.load(file, "--config", this::parse);
  }

  /**
   * @param yaml what such a file holds
   * @throws ConfigException if it says something that it must not: all that is wrong with it, each
   *     with the key, the value and the fix
   */
  public LakeConfig parse(String yaml) {
    Problems problems = new Problems();
    LakeConfig config = parse(yaml, problems);
    problems.refuse();
    return config;
  }

  /**
   * @param problems told of what is wrong; if it is anything, the result is not to be used
   */
  LakeConfig parse(String yaml, Problems problems) {
    Problems ofDatabase = needsDatabase ? problems : new Problems();
    Section top = new Section("", tree(yaml, problems, ofDatabase), problems);
    Section lake = top.section("lake");
    LakeConfig config =
        new LakeConfig(
            lake.uri("warehouse"),
            lake.optionalUri("metastore"),
            source(top.section("source")),
            top.uri("registry"),
            lake.number("concurrent-tables", 2, 1, 64),
            Duration.ofSeconds(lake.number("lease-seconds", 30, 3, 3_600)),
            CommitLimits.of(lake),
            services(top),
            metrics(lake),
            lake.number("keys-in-memory", LakeConfig.usualKeysInMemory(), 0, 1_000_000_000),
            PostgresSection.read(top).filter(read -> needsDatabase || ofDatabase.isEmpty()),
            VerifyConfig.read(top),
            rules(top.sections("tables"), defaults(top)));
    lake.refuseUnknownKeys();
    top.refuseUnknownKeys();
    return config;
  }

  private static MetricsConfig metrics(Section lake) {
    if (!lake.has("metrics")) {
      return MetricsConfig.DEFAULT;
    }
    Section section = lake.section("metrics");
    MetricsConfig metrics =
        section
            .optionalText("listen")
            .map(
                value ->
                    section.or(
                        MetricsConfig.DEFAULT,
                        () -> MetricsConfig.parse(section.at("listen"), value)))
            .orElse(MetricsConfig.DEFAULT);
    section.refuseUnknownKeys();
    return metrics;
  }

  private static TableSettings defaults(Section top) {
    if (!top.has("defaults")) {
      return TableSettings.DEFAULTS;
    }
    Section section = top.section("defaults");
    TableSettings defaults = settings(section, TableSettings.DEFAULTS);
    section.refuseUnknownKeys();
    return defaults;
  }

  private static ServicesConfig services(Section top) {
    if (!top.has("services")) {
      return ServicesConfig.DEFAULTS;
    }
    Section section = top.section("services");
    ServicesConfig standard = ServicesConfig.DEFAULTS;
    ServicesConfig services =
        new ServicesConfig(
            section.flag("beside-ingest", standard.besideIngest()),
            Duration.ofSeconds(
                section.number(
                    "interval-seconds", (int) standard.interval().toSeconds(), 1, 86_400)),
            section.number("compact-after-commits", standard.compactAfterCommits(), 1, 1_000_000),
            section.number("active-commits", standard.activeCommits(), 2, 1_000_000));
    section.refuseUnknownKeys();
    return services;
  }

  private static SourceConfig source(Section source) {
    SourceKind kind = source.choice("kind", SourceKind.LANDING);
    Duration poll = Duration.ofMillis(source.number("poll-interval-ms", 500, 50, 3_600_000));
    SourceConfig config =
        switch (kind) {
          case LANDING -> landing(source, poll);
          case KAFKA -> SourceConfig.kafka(kafka(source), poll);
        };
    source.refuseUnknownKeys();
    return config;
  }

  private static SourceConfig landing(Section source, Duration poll) {
    int hours = source.number("retention-hours", 0, 0, 1_000_000);
    return new SourceConfig(
        source.uri("root"),
        Optional.empty(),
        sinkGroup(source),
        source.choice("layout", LandingLayout.FRESHET),
        poll,
        hours == 0 ? Optional.empty() : Optional.of(Duration.ofHours(hours)),
        source.choice("emptied-logs", EmptiedLogs.REFUSE) == EmptiedLogs.READ);
  }

  private static Optional<SinkGroup> sinkGroup(Section source) {
    Optional<String> group = source.optionalText("sink-group");
    int sweep = source.number("sweep-interval-seconds", 300, 5, 86_400);
    if (group.isEmpty()) {
      return Optional.empty();
    }
    KafkaConnection connection =
        new KafkaConnection(
            source.text("bootstrap-servers"),
            source.textsByName("properties"),
            MessageIds.CONTENT_ID_4);
    return Optional.of(new SinkGroup(connection, group.get(), Duration.ofSeconds(sweep)));
  }

  private static KafkaConnection kafka(Section source) {
    return new KafkaConnection(
        source.text("bootstrap-servers"),
        source.textsByName("properties"),
        source.choice("registry-id", MessageIds.CONTENT_ID_4));
  }

  private static List<TableRule> rules(List<Section> sections, TableSettings defaults) {
    List<TableRule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section section : sections) {
      TopicPattern topics = section.or(ANY, () -> topics(section));
      boolean one = topics.names().equals(topics.include()) && topics.include().size() == 1;
      TableRule rule =
          new TableRule(
              topics,
              template(section, "database"),
              one
                  ? template(section, "table")
                  : section.optionalText("table").isEmpty()
                      ? "{table}"
                      : template(section, "table"),
              settings(section, defaults));
      section.refuseUnknownKeys();
      if (one && !rule.database().isEmpty() && !rule.table().isEmpty()) {
        section.or(false, () -> requireNew(section, rule, names));
      }
      rules.add(rule);
    }
    return rules;
  }

  private static boolean requireNew(Section section, TableRule rule, Set<String> names) {
    String name = rule.tableOf(rule.topics().include().get(0)).name();
    if (!names.add(name)) {
      throw new LakeException(
          "%s: %s is named twice; a table has one writer".formatted(section.at("table"), name));
    }
    return true;
  }

  private static TopicPattern topics(Section section) {
    Optional<String> topic = section.optionalText("topic");
    List<String> include = section.texts("include");
    if (topic.isPresent() == !include.isEmpty()) {
      throw new LakeException(
          topic.isPresent()
              ? section.at("include") + " stands beside topic; an entry has one of the two"
              : section.at("topic")
                  + " is missing; name one, or several with include: [prefix.schema.*]");
    }
    return new TopicPattern(
        topic.map(List::of).orElse(include),
        topic.isPresent() ? List.of() : section.texts("exclude"));
  }

  private static TableSettings settings(Section section, TableSettings defaults) {
    return new TableSettings(
        section.choice("type", defaults.type()),
        section.has("partition-by") ? section.texts("partition-by") : defaults.partitionBy(),
        section.choice("deletes", defaults.deletes()),
        section.choice("without-key", defaults.withoutKey()),
        Duration.ofHours(
            section.number(
                "time-travel-hours", (int) defaults.timeTravel().toHours(), 1, 1_000_000)),
        quarantineMaxRecords(section, defaults.quarantineMaxRecords()),
        section.choice("bare-numeric", defaults.bareNumeric()),
        section.flag("current-view", defaults.currentView()),
        index(section, defaults.index()));
  }

  private static IndexConfig index(Section section, IndexConfig defaults) {
    IndexKind kind = section.choice("index", defaults.kind());
    int buckets =
        section.number("buckets", defaults.buckets().orElse(0), 1, IndexConfig.MOST_BUCKETS);
    boolean own = section.has("buckets");
    if (own && kind == IndexKind.GLOBAL) {
      section.or(
          false,
          () -> {
            throw new LakeException(
                "%s is %d, but a global index has no buckets; leave it out, or set index: bucket"
                    .formatted(section.at("buckets"), buckets));
          });
    }
    return new IndexConfig(
        kind,
        kind == IndexKind.GLOBAL || buckets == 0 ? OptionalInt.empty() : OptionalInt.of(buckets));
  }

  private static int quarantineMaxRecords(Section section, int fallback) {
    if (!section.has("quarantine")) {
      return fallback;
    }
    Section quarantine = section.section("quarantine");
    int most = quarantine.number("max-records", fallback, 0, 100_000);
    quarantine.refuseUnknownKeys();
    return most;
  }

  private static String template(Section section, String key) {
    String text = section.text(key);
    return text.isEmpty()
        ? text
        : section.or("", () -> TableRule.requireTemplate(section.at(key), text));
  }

  private JsonNode tree(String yaml, Problems problems, Problems ofDatabase) {
    return new YamlTree(placeholders, PostgresSection.PASSWORD)
        .read(yaml, at -> at.startsWith(PostgresSection.PATH) ? ofDatabase : problems);
  }
}
