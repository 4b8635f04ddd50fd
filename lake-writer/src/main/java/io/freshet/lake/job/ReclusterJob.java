package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.Leases;
import io.freshet.lake.table.Recluster;
import io.freshet.lake.table.TableServices;
import java.time.Clock;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;

/** Rewrites one table in key order and in as many files as are wanted, while nobody writes it. */
public final class ReclusterJob {
  private final LakeConfig config;
  private final SparkSession spark;
  private final Clock clock;

  public ReclusterJob(LakeConfig config, SparkSession spark, Clock clock) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
  }

  /**
   * Rewrites.
   *
   * @param name {@code database.table}
   * @param buckets files of each partition; empty for the {@code buckets} of the configuration
   * @throws LakeException if there is no such table, neither says how many buckets or both do and
   *     differ, or another job writes or maintains the table
   */
  public Recluster.Result run(String name, OptionalInt buckets) throws InterruptedException {
    HudiTable table = ConfiguredTables.existing(config, spark, name);
    int wanted = buckets(table, buckets);
    TableServices services =
        new TableServices(table, clock, config.services(), table::betweenCommits);
    try (Leases leases =
        Leases.open(config, spark.sparkContext().hadoopConfiguration(), "recluster")) {
      leases.claim(Leases.Role.WRITER, name);
      leases.claim(Leases.Role.SERVICES, name);
      return new Recluster(table, services).run(wanted);
    }
  }

  private static int buckets(HudiTable table, OptionalInt asked) {
    if (table.spec().config().index().kind() == IndexKind.GLOBAL) {
      throw new LakeException(
          "the configuration says index: global for %s, which has no buckets; change it to bucket"
              .formatted(table.spec().config().name()));
    }
    OptionalInt configured = table.spec().config().index().buckets();
    String name = table.spec().config().name();
    if (asked.isPresent() && configured.isPresent() && !asked.equals(configured)) {
      throw new LakeException(
          "--buckets %d, but the configuration says buckets: %d for %s, and ingest would refuse the table; change the configuration"
              .formatted(asked.getAsInt(), configured.getAsInt(), name));
    }
    return asked.isPresent()
        ? asked.getAsInt()
        : configured.orElseThrow(
            () ->
                new LakeException(
                    "neither --buckets nor buckets in the configuration says how many files %s shall have"
                        .formatted(name)));
  }
}
