package io.freshet.connect.s3;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * What a task shows of itself, as a whole and for each of its partitions. The task's own thread
 * counts; others read.
 */
final class SinkMetrics implements AutoCloseable {
  private static final MetricRegistry.Scope TASK = new MetricRegistry.Scope(Map.of());

  /** Numbers of one partition, or of the whole task. */
  static final class Counts {
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong fenced = new AtomicLong();
  }

  /** One partition's metrics, from its assignment to its end. */
  final class Partition implements AutoCloseable {
    private final MetricRegistry.Scope scope;
    private final Counts counts = new Counts();
    private final AtomicLong openFiles = new AtomicLong();
    private final AtomicLong bufferedBytes = new AtomicLong();
    private final AtomicLong lag = new AtomicLong();
    private final MetricRegistry.Timer latency;

    private Partition(TopicPartition partition) {
      Map<String, String> tags = new LinkedHashMap<>();
      tags.put("topic", partition.topic());
      tags.put("partition", Integer.toString(partition.partition()));
      scope = new MetricRegistry.Scope(tags);
      showCounts(scope, counts);
      registry.gauge(scope, OPEN_FILES, OPEN_FILES_TEXT, openFiles::get);
      registry.gauge(scope, BUFFERED, BUFFERED_TEXT, bufferedBytes::get);
      registry.gauge(scope, LAG, LAG_TEXT, lag::get);
      latency = registry.timer(scope, LATENCY, LATENCY_TEXT);
    }

    /**
     * @param millis how long it took to put the files, milliseconds
     */
    void landed(SealedFiles files, long millis) {
      add(counts.records, task.records, files.records());
      add(counts.bytes, task.bytes, files.length());
      add(counts.files, task.files, files.files().size());
      latency.record(millis);
      taskLatency.record(millis);
    }

    void retried() {
      add(counts.retries, task.retries, 1);
    }

    void fenced() {
      add(counts.fenced, task.fenced, 1);
    }

    /**
     * How things stand.
     *
     * @param files open files
     * @param bytes their bytes so far
     * @param unlanded offsets from the landed position to the newest record that was delivered
     */
    void stand(long files, long bytes, long unlanded) {
      openFiles.set(files);
      bufferedBytes.set(bytes);
      lag.set(unlanded);
    }

    @Override
    public void close() {
      partitions.remove(this);
      registry.remove(scope);
    }
  }

  private static final String OPEN_FILES = "open-files";
  private static final String OPEN_FILES_TEXT = "Files that take records";
  private static final String BUFFERED = "buffered-bytes";
  private static final String BUFFERED_TEXT = "Bytes of the open files so far";
  private static final String LAG = "landing-lag-offsets";
  private static final String LAG_TEXT =
      "Offsets from the landed position to the newest record that the task was given";
  private static final String LATENCY = "landing-latency-ms";
  private static final String LATENCY_TEXT =
      "Milliseconds to put the files of one landing, its commit record included";

  private final MetricRegistry registry;
  private final Set<Partition> partitions = ConcurrentHashMap.newKeySet();
  private final Counts task = new Counts();
  private final MetricRegistry.Timer taskLatency;

  SinkMetrics(MetricRegistry registry, BufferPool buffers) {
    this.registry = registry;
    showCounts(TASK, task);
    registry.gauge(TASK, OPEN_FILES, OPEN_FILES_TEXT, () -> sum(each -> each.openFiles.get()));
    registry.gauge(TASK, BUFFERED, BUFFERED_TEXT, () -> sum(each -> each.bufferedBytes.get()));
    registry.gauge(TASK, LAG, LAG_TEXT + ", all partitions", () -> sum(each -> each.lag.get()));
    registry.gauge(
        TASK,
        "buffer-memory-used-bytes",
        "Heap that buffers hold, of " + BufferOptions.MEMORY,
        buffers::usedBytes);
    registry.gauge(
        TASK, "buffer-spooled-bytes", "Bytes in the temporary file", buffers::spooledBytes);
    taskLatency = registry.timer(TASK, LATENCY, LATENCY_TEXT);
  }

  /** Metrics of a partition that the task is given. */
  Partition partition(TopicPartition partition) {
    Partition added = new Partition(partition);
    partitions.add(added);
    return added;
  }

  private void showCounts(MetricRegistry.Scope scope, Counts counts) {
    registry.gauge(scope, "landed-records-total", "Records landed", counts.records::get);
    registry.gauge(scope, "landed-bytes-total", "Bytes of landed files", counts.bytes::get);
    registry.gauge(scope, "landed-files-total", "Files landed", counts.files::get);
    registry.gauge(
        scope,
        "landing-retries-total",
        "Landings that failed and are tried again",
        counts.retries::get);
    registry.gauge(
        scope,
        "fenced-total",
        "Landings that another task was ahead of, their records dropped and read again",
        counts.fenced::get);
  }

  private long sum(ToLongFunction<Partition> value) {
    return partitions.stream().mapToLong(value).sum();
  }

  private static void add(AtomicLong partition, AtomicLong task, long more) {
    partition.addAndGet(more);
    task.addAndGet(more);
  }

  @Override
  public void close() {
    partitions.forEach(Partition::close);
    registry.remove(TASK);
  }
}
