package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.verify.Repair;
import io.freshet.lake.verify.RepairRequests;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to repair rows, which a running job fulfils between two commits of their table. Costs a
 * configuration without a source database nothing, another one listing at each look.
 */
final class TableRepairs {
  private static final Logger LOG = LoggerFactory.getLogger(TableRepairs.class);

  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;
  private final RepairRequests requests;

  TableRepairs(LakeConfig config, SparkSession spark, Clock clock) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.requests =
        new RepairRequests(config.warehouse(), spark.sparkContext().hadoopConfiguration());
  }

  /**
   * Tells the tables of the requests that wait.
   *
   * @return whether there are any
   */
  boolean look(List<TableWorker> tables) {
    if (config.postgres().isEmpty()) {
      return false;
    }
    Map<String, List<String>> waiting = requests.waiting();
    boolean asked = false;
    for (TableWorker table : tables) {
      List<String> names = waiting.getOrDefault(table.name(), List.of());
      if (!names.isEmpty()) {
        asked = true;
        table.askRepair(() -> names.forEach(name -> fulfil(table, name)));
      }
    }
    return asked;
  }

  private void fulfil(TableWorker table, String request) {
    List<String> keys = requests.keys(request);
    if (keys.isEmpty()) {
      return; // It was withdrawn, or fulfilled since it was seen.
    }
    try {
      Repair.Result result =
          new Repair(spark, table.table(), config.postgres().orElseThrow(), clock).run(keys);
      LOG.info(
          "repaired table={} upserted={} deleted={} equal={}",
          table.name(),
          result.upserted(),
          result.deleted(),
          result.equal());
      requests.fulfilled(request, result);
    } catch (LakeException refused) {
      // The table itself goes on.
      LOG.error("{}: repair: {}", table.name(), refused.getMessage());
      requests.refused(request, refused.getMessage());
    }
  }
}
