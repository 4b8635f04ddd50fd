package io.freshet.connectors.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * A connector whose troubles are configured: what a worker does with a slow, a failing or a
 * secretive plugin can't be had from the plugins that Kafka ships.
 */
public final class ProbeSourceConnector extends SourceConnector {
  static final ConfigDef CONFIG =
      new ConfigDef()
          .define("probe.journal", Type.STRING, "", Importance.LOW, "file that tasks write to")
          .define("probe.generation", Type.STRING, "", Importance.LOW, "written to the journal")
          .define("probe.tasks", Type.INT, 1, Importance.LOW, "number of tasks")
          .define("probe.pin", Type.PASSWORD, "", Importance.LOW, "secret by its type alone")
          .define(
              "probe.token",
              Type.STRING,
              "",
              ProbeSourceConnector::requireShort,
              Importance.LOW,
              "secret by its name alone; errors quote it")
          .define("probe.start.delay.ms", Type.LONG, 0, Importance.LOW, "how long a task starts")
          .define("probe.poll.delay.ms", Type.LONG, 20, Importance.LOW, "how long a poll takes")
          .define("probe.stop.delay.ms", Type.LONG, 0, Importance.LOW, "how long a task stops")
          .define("probe.fail.connector", Type.STRING, "", Importance.LOW, "the start's error")
          .define("probe.fail.task", Type.STRING, "", Importance.LOW, "the task start's error")
          .define("probe.fail.poll", Type.STRING, "", Importance.LOW, "the first poll's error");

  private Map<String, String> config = Map.of();

  private static void requireShort(String key, Object value) {
    if (value.toString().length() > 10) {
      throw new ConfigException(key, value, "longer than 10 characters");
    }
  }

  @Override
  public void start(Map<String, String> config) {
    this.config = config;
    String failure = new AbstractConfig(CONFIG, config, false).getString("probe.fail.connector");
    if (!failure.isEmpty()) {
      throw new ConnectException("cannot start", new IllegalStateException(failure));
    }
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    int tasks = new AbstractConfig(CONFIG, config, false).getInt("probe.tasks");
    List<Map<String, String>> configs = new ArrayList<>();
    for (int i = 0; i < Math.min(tasks, maxTasks); i++) {
      configs.add(config);
    }
    return configs;
  }

  @Override
  public void stop() {}

  @Override
  public Class<? extends Task> taskClass() {
    return ProbeSourceTask.class;
  }

  @Override
  public ConfigDef config() {
    return CONFIG;
  }

  @Override
  public String version() {
    return "1";
  }
}
