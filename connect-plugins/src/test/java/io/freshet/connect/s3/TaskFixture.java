package io.freshet.connect.s3;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.TestRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A topic, a bucket, a registry, and tasks between them. */
abstract class TaskFixture {
  protected static TestS3 s3;
  protected static TestRegistry registry;

  protected final ManualClock clock = new ManualClock();
  private final List<TestWorker> workers = new ArrayList<>();
  protected FaultyStore store;
  protected ErrantRecordReporter reporter;
  protected EarliestOffsets earliest = EarliestOffsets.UNKNOWN;
  protected Supplier<PluginMetrics> pluginMetrics = TaskFixture::noMetrics;
  protected CommittedOffsets committed = CommittedOffsets.UNKNOWN;
  protected TestTopic topic;

  @BeforeAll
  static void start() throws Exception {
    s3 = new TestS3();
    registry = new TestRegistry().content(TestTopic.SCHEMA_ID, AvroMessages.ROW);
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
    registry.close();
  }

  @BeforeEach
  void newTopic() {
    topic = new TestTopic("moma." + UUID.randomUUID(), 0);
  }

  @AfterEach
  void stopTasks() {
    workers.forEach(worker -> worker.task().stop());
  }

  protected TestWorker worker(String... overrides) {
    Map<String, String> properties = new HashMap<>(s3.properties(registry.url()));
    for (int i = 0; i < overrides.length; i += 2) {
      properties.put(overrides[i], overrides[i + 1]);
    }
    S3SinkConfig config = S3SinkConfig.parse(properties);
    store = new FaultyStore(S3ObjectStore.connect(config.store()));
    TestWorker worker = new TestWorker(properties, reporter, pluginMetrics);
    worker.start(config, SinkServices.of(config, worker, clock, store, earliest, committed));
    workers.add(worker);
    return worker;
  }

  /** What a worker without plugin metrics does. */
  protected static PluginMetrics noMetrics() {
    throw new UnsupportedOperationException("no plugin metrics");
  }

  protected LandedLog log() {
    return LandedLog.read(s3, topic.partition());
  }

  protected static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }
}
