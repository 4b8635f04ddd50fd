package io.freshet.lake.table;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.common.data.HoodieData;
import org.apache.hudi.common.function.SerializableBiFunction;
import org.apache.hudi.common.function.SerializableConsumer;
import org.apache.hudi.common.function.SerializableFunction;
import org.apache.hudi.common.function.SerializablePairFlatMapFunction;
import org.apache.hudi.common.function.SerializablePairFunction;
import org.apache.hudi.common.util.collection.ImmutablePair;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Where table services run: beside commits in few tasks at a time, each at a {@link Pace}. Hudi
 * would start one for each file group, and those leave no core to the commits until they end.
 */
@SuppressWarnings("unchecked") // Hudi's own override of a generic method.
final class ServicesContext extends HoodieSparkEngineContext {
  private static final long serialVersionUID = 1L;

  /** What a task holds at least, however small the heap is. */
  private static final long LEAST_MEMORY = 64L << 20;

  private final int tasks;
  private final long memory;

  /**
   * @param besideCommits whether the same process commits to tables
   */
  ServicesContext(JavaSparkContext spark, boolean besideCommits) {
    super(spark);
    int cores = spark.defaultParallelism();
    this.tasks = besideCommits ? Math.max(1, cores / 2) : cores;
    this.memory = Math.max(LEAST_MEMORY, share(spark) / (besideCommits ? 8 : 4));
  }

  /** The heap that one task would have if there were no others than those of services. */
  private long share(JavaSparkContext spark) {
    if (spark.isLocal()) {
      return Runtime.getRuntime().maxMemory() / tasks;
    }
    // An executor may get all of them.
    SparkConf settings = spark.getConf();
    return settings.contains("spark.executor.cores")
        ? (settings.getSizeAsMb("spark.executor.memory", "1g") << 20)
            / settings.getInt("spark.executor.cores", 1)
        : 0;
  }

  /** Tasks at the same time, at most. */
  int tasks() {
    return tasks;
  }

  /**
   * Bytes that a task may hold in memory before it spills to disk: an eighth of its share of the
   * heap beside commits, otherwise a quarter.
   */
  long memory() {
    return memory;
  }

  @Override
  public <T> HoodieData<T> parallelize(List<T> data, int parallelism) {
    return super.parallelize(data, Math.min(parallelism, tasks)).mapPartitions(Pace::of, true);
  }

  @Override
  public <I, O> List<O> map(List<I> data, SerializableFunction<I, O> function, int parallelism) {
    return super.map(data, function, Math.min(parallelism, tasks));
  }

  @Override
  public <I, O> List<O> flatMap(
      List<I> data, SerializableFunction<I, Stream<O>> function, int parallelism) {
    return super.flatMap(data, function, Math.min(parallelism, tasks));
  }

  @Override
  public <I> void foreach(List<I> data, SerializableConsumer<I> consumer, int parallelism) {
    super.foreach(data, consumer, Math.min(parallelism, tasks));
  }

  @Override
  public <I, K, V> Map<K, V> mapToPair(
      List<I> data, SerializablePairFunction<I, K, V> function, Integer parallelism) {
    return super.mapToPair(data, function, Math.min(parallelism, tasks));
  }

  @Override
  public <I, K, V> List<V> mapToPairAndReduceByKey(
      List<I> data,
      SerializablePairFunction<I, K, V> function,
      SerializableBiFunction<V, V, V> reduce,
      int parallelism) {
    return super.mapToPairAndReduceByKey(data, function, reduce, Math.min(parallelism, tasks));
  }

  @Override
  public <I, K, V> Stream<ImmutablePair<K, V>> mapPartitionsToPairAndReduceByKey(
      Stream<I> data,
      SerializablePairFlatMapFunction<Iterator<I>, K, V> function,
      SerializableBiFunction<V, V, V> reduce,
      int parallelism) {
    return super.mapPartitionsToPairAndReduceByKey(
        data, function, reduce, Math.min(parallelism, tasks));
  }
}
