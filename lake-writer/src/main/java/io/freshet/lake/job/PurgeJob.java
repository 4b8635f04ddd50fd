package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.Purge;
import io.freshet.lake.table.TableServices;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;

/** Takes rows of one table out of all its files, while nobody else writes it. */
public final class PurgeJob {
  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;

  public PurgeJob(LakeConfig config, SparkSession spark, Clock clock) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
  }

  /**
   * Counts what {@link #run} would purge.
   *
   * @param name {@code database.table}
   * @param where a condition of Spark SQL on its columns
   * @throws LakeException if there is no such table, or the condition does not fit it
   */
  public long count(String name, String where) {
    HudiTable table = ConfiguredTables.existing(config, spark, name);
    return new Purge(table, services(table), clock).count(where);
  }

  /**
   * Purges.
   *
   * @param name {@code database.table}
   * @param where a condition of Spark SQL on its columns
   * @throws LakeException if there is no such table, the condition does not fit it, or another job
   *     writes or maintains it
   */
  public Purge.Result run(String name, String where) throws InterruptedException {
    HudiTable table = ConfiguredTables.existing(config, spark, name);
    Purge purge = new Purge(table, services(table), clock);
    purge.count(where); // A wrong condition is said before another job is asked to stop.
    try (Leases leases = Leases.open(config, spark.sparkContext().hadoopConfiguration(), "purge")) {
      leases.claim(Leases.Role.WRITER, name);
      leases.claim(Leases.Role.SERVICES, name);
      return purge.run(where);
    }
  }

  private TableServices services(HudiTable table) {
    return new TableServices(table, clock, config.services(), table::betweenCommits);
  }
}
