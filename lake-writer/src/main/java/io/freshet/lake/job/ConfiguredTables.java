package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.table.HudiTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The tables that a configuration makes of the topics that there are. */
final class ConfiguredTables {
  private ConfiguredTables() {}

  /** In the order of their names. */
  static List<TableConfig> of(LakeConfig config, SparkSession spark) {
    Map<String, TableConfig> tables = new TreeMap<>();
    List<String> topics = new ArrayList<>(config.namedTopics());
    topics.addAll(Topics.of(config.source(), spark.sparkContext().hadoopConfiguration()));
    topics.forEach(
        topic -> config.tablesOf(topic).forEach(table -> tables.put(table.name(), table)));
    return List.copyOf(tables.values());
  }

  /** What to say of a name that none of them has. */
  static LakeException unknown(String name, List<TableConfig> tables) {
    return new LakeException(
        "there is no table '%s' in the configuration; its tables are %s"
            .formatted(name, tables.stream().map(TableConfig::name).toList()));
  }

  /**
   * One of them, as it lies in the warehouse.
   *
   * @param name {@code database.table}
   * @throws LakeException if it is none of them, or has no commit yet
   */
  static HudiTable existing(LakeConfig config, SparkSession spark, String name) {
    List<TableConfig> tables = of(config, spark);
    TableConfig wanted =
        tables.stream()
            .filter(table -> table.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unknown(name, tables));
    return HudiTable.existing(spark, wanted, config.location(wanted))
        .orElseThrow(
            () ->
                new LakeException(
                    "table %s has no commit yet: there is nothing at %s"
                        .formatted(name, config.location(wanted))));
  }
}
