package io.freshet.lake.job;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.Recluster;
import io.freshet.lake.table.TableServices;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A rewrite in a process of its own, which a test may kill. */
final class KilledRecluster {
  private KilledRecluster() {}

  public static void main(String[] args) {
    TableConfig config = JobFixture.table("t", TableType.MERGE_ON_READ, List.of(), DeleteMode.SOFT);
    try (SparkSession spark = JobFixture.session()) {
      HudiTable table = HudiTable.existing(spark, config, args[0]).orElseThrow();
      TableServices services =
          new TableServices(
              table, Clock.systemUTC(), ServicesConfig.DEFAULTS, table::betweenCommits);
      new Recluster(table, services).run(64);
    }
  }
}
