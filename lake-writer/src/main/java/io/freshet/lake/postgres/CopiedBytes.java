package io.freshet.lake.postgres;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** What PostgreSQL sent; Spark makes one by its public constructor. */
public final class CopiedBytes extends CustomSumMetric {
  /** The metric's name. */
  public static final String NAME = "copiedBytes";

  /** What Spark calls the sum over all tasks. */
  public static final String DESCRIPTION = "bytes copied from PostgreSQL";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return DESCRIPTION;
  }
}
