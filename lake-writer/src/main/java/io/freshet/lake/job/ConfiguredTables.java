package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
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
}
