package io.freshet.lake.job;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Table services in a process of their own, which a test may kill. */
final class KilledServices {
  private KilledServices() {}

  /** Starts it for the merge-on-read table at a location. */
  static Process fork(String location) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(KilledServices.class.getName(), location));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] args) {
    TableConfig config = JobFixture.table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    try (SparkSession spark = JobFixture.session()) {
      HudiTable table = new HudiTable(spark, new TableSpec(config, args[0], List.of("artist_id")));
      new TableServices(table, Clock.systemUTC(), ServicesConfig.DEFAULTS).runAll();
    }
  }
}
