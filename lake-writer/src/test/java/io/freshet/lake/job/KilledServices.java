package io.freshet.lake.job;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Table services in a process of their own, which a test may kill. */
final class KilledServices {
  private KilledServices() {}

  public static void main(String[] args) {
    TableConfig config = JobFixture.table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    try (SparkSession spark = JobFixture.session()) {
      HudiTable table = new HudiTable(spark, new TableSpec(config, args[0], List.of("artist_id")));
      new TableServices(table, Clock.systemUTC(), ServicesConfig.DEFAULTS, table::betweenCommits)
          .runAll();
    }
  }
}
