package io.freshet.lake.table;

import java.util.List;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.common.data.HoodieData;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Where table services run: in few tasks at a time. Hudi would start one for each file group, and
 * those leave no core to the commits until they end.
 */
@SuppressWarnings("unchecked") // Hudi's own override of a generic method.
final class ServicesContext extends HoodieSparkEngineContext {
  private static final long serialVersionUID = 1L;

  private final int tasks;

  ServicesContext(JavaSparkContext spark) {
    super(spark);
    this.tasks = Math.max(1, spark.defaultParallelism() / 2);
  }

  /** Tasks at the same time, at most. */
  int tasks() {
    return tasks;
  }

  @Override
  public <T> HoodieData<T> parallelize(List<T> data, int parallelism) {
    return super.parallelize(data, Math.min(parallelism, tasks));
  }
}
