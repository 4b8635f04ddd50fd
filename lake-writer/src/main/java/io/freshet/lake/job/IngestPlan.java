package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.TopicColumns;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.source.SchemaRegistry;
import io.freshet.lake.source.SourceTopics;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.LastCommit;
import io.freshet.lake.table.TableIndex;
import io.freshet.lake.table.TableSpec;
import io.freshet.lake.table.TableTimeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;

/**
 * What a job would do. Source, registry and tables are asked as a job asks them, but no Spark is
 * started and nothing is written.
 *
 * @param tables tables that would be written
 * @param refused topics that would make no table, with the reason
 */
public record IngestPlan(List<PlannedTable> tables, Map<String, String> refused) {

  /**
   * One table.
   *
   * @param spec the table
   * @param index how the writer finds the file of a row
   * @param columns what columns its messages make now; empty where the registry knows no schema of
   *     them
   * @param from where it would go on reading; empty for a new table, which reads from the beginning
   * @param behind what lies behind that; empty where the topic is not there yet
   */
  public record PlannedTable(
      TableSpec spec,
      String index,
      Optional<StructType> columns,
      Optional<TopicPosition> from,
      Optional<SourceTopics.Behind> behind) {}

  /**
   * @throws LakeException if the source can't be reached
   */
  public static IngestPlan of(LakeConfig config, Configuration hadoop) {
    try (SourceTopics source = SourceTopics.open(config.source(), hadoop)) {
      return new Planner(config, hadoop, source).plan();
    }
  }

  private static final class Planner {
    private final LakeConfig config;
    private final Configuration hadoop;
    private final SourceTopics source;
    private final SchemaRegistry registry;
    private final KeyColumns keys;
    private final List<String> present;
    private final Map<String, String> topicByTable = new HashMap<>();

    Planner(LakeConfig config, Configuration hadoop, SourceTopics source) {
      this.config = config;
      this.hadoop = hadoop;
      this.source = source;
      this.registry = new SchemaRegistry(config.registry());
      this.keys =
          new KeyColumns(
              registry,
              table -> new TableTimeline(table.name(), config.location(table), hadoop).keys());
      this.present = source.topics();
    }

    IngestPlan plan() {
      Set<String> topics = new TreeSet<>(config.namedTopics());
      present.stream().filter(config::reads).forEach(topics::add);
      List<PlannedTable> tables = new ArrayList<>();
      Map<String, String> refused = new TreeMap<>();
      for (String topic : topics) {
        try {
          List<PlannedTable> made = new ArrayList<>();
          for (TableConfig table : config.tablesOf(topic)) {
            made.add(table(table));
          }
          made.forEach(table -> topicByTable.put(table.spec().config().name(), topic));
          tables.addAll(made);
        } catch (LakeException reason) {
          refused.put(topic, reason.getMessage());
        }
      }
      return new IngestPlan(tables, refused);
    }

    private PlannedTable table(TableConfig table) {
      TableSet.requireOwn(topicByTable.get(table.name()), table);
      TableSpec spec = new TableSpec(table, config.location(table), keys.of(table, present));
      TableTimeline timeline = new TableTimeline(table.name(), spec.location(), hadoop);
      timeline.requireSameShape(spec);
      Optional<TopicPosition> from = timeline.lastCommit(table.topic()).map(LastCommit::position);
      return new PlannedTable(
          spec,
          TableIndex.of(spec, timeline).toString(),
          registry
              .valueSchema(table.topic())
              .map(
                  value ->
                      TopicColumns.of(
                          value, table.topic(), spec.keys(), table.settings().bareNumeric())),
          from,
          present.contains(table.topic())
              ? Optional.of(source.behind(table.topic(), from.orElse(TopicPosition.START)))
              : Optional.empty());
    }
  }
}
