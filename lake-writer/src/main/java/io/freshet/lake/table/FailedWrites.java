package io.freshet.lake.table;

import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.spark.api.java.JavaSparkContext;

/** What is left of commits that were begun and not ended. */
public final class FailedWrites {
  private FailedWrites() {}

  /**
   * Takes it away: their files, which no reader sees, and their places in the timeline.
   *
   * @param table one that nobody else writes
   */
  public static void rollBack(HudiTable table) {
    HoodieWriteConfig config =
        HoodieWriteConfig.newBuilder()
            .withPath(table.spec().location())
            .withProps(
                HudiOptions.of(
                    table.spec(), table.index(), table.spark().sparkContext().defaultParallelism()))
            .build();
    try (SparkRDDWriteClient<?> client =
        new SparkRDDWriteClient<>(
            new HoodieSparkEngineContext(
                JavaSparkContext.fromSparkContext(table.spark().sparkContext())),
            config)) {
      client.rollbackFailedWrites(table.client());
    }
  }
}
