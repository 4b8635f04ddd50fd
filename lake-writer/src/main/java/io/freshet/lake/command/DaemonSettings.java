package io.freshet.lake.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapred.JobConf;

/**
 * What Hadoop's own daemons and jobs have for defaults: two thirds of all its settings. Hudi sends
 * each task a table, and with it each time all settings as text, which takes longer than what most
 * tasks of a small commit do.
 */
final class DaemonSettings {
  private static final Set<String> SOURCES = Set.of("yarn-default.xml", "mapred-default.xml");

  /** Those of files that are read and written, which Spark does with Hadoop's classes. */
  private static final List<String> OF_FILES =
      List.of(
          "mapreduce.input",
          "mapreduce.output",
          "mapreduce.fileoutput",
          "mapreduce.map.output",
          "mapreduce.job.outputformat");

  private DaemonSettings() {}

  /**
   * Takes them out, for a session that is one process and so talks to no such daemon. What anybody
   * has set stays, and code that asks for another has a default of its own.
   */
  static void removeFrom(Configuration hadoop) {
    new JobConf(); // Loading it adds them to every configuration there is.
    List<String> unused = new ArrayList<>();
    for (Map.Entry<String, String> setting : hadoop) {
      String name = setting.getKey();
      String[] sources = hadoop.getPropertySources(name);
      if (sources != null
          && sources.length == 1
          && SOURCES.contains(sources[0])
          && OF_FILES.stream().noneMatch(name::startsWith)) {
        unused.add(name);
      }
    }
    unused.forEach(hadoop::unset);
  }
}
