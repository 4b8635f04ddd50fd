package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What JMX shows of a task, through Kafka's own registry as Connect's worker sets it up. */
class MetricsTest extends TaskFixture {
  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

  private Metrics metrics;

  @BeforeEach
  void startMetrics() {
    JmxReporter reporter = new JmxReporter();
    reporter.contextChange(new KafkaMetricsContext("freshet.test"));
    metrics = new Metrics(new MetricConfig(), List.of(reporter), Time.SYSTEM);
  }

  @AfterEach
  void stopMetrics() {
    metrics.close();
  }

  private TestWorker shown(String... properties) {
    pluginMetrics =
        () ->
            new PluginMetricsImpl(
                metrics, new LinkedHashMap<>(Map.of("connector", topic.partition().topic())));
    return worker(properties);
  }

  /** The attributes of the task's bean, or of a partition's. */
  private Map<String, Object> bean(String more) throws Exception {
    ObjectName name =
        new ObjectName("freshet.test:type=plugins,connector=" + topic.partition().topic() + more);
    if (!JMX.isRegistered(name)) {
      return Map.of();
    }
    return java.util.Arrays.stream(JMX.getMBeanInfo(name).getAttributes())
        .collect(
            Collectors.toMap(
                attribute -> attribute.getName(), attribute -> value(name, attribute.getName())));
  }

  private static Object value(ObjectName bean, String attribute) {
    try {
      return JMX.getAttribute(bean, attribute);
    } catch (javax.management.JMException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private Map<String, Object> partition(int number) throws Exception {
    return bean(",topic=" + topic.partition().topic() + ",partition=" + number);
  }

  @Test
  void jmxShowsWhatIsLandedAndWhatIsNot() throws Exception {
    TestTopic other = new TestTopic(topic.partition().topic(), 1).rows(0, 3);
    TestWorker worker = shown("flush.size", "4");
    store.aroundPut(
        put -> {
          clock.advance(Duration.ofMillis(30));
          return put.run();
        });
    worker.assign(0, topic.rows(0, 10), other);
    worker.poll(100);

    LandedLog landed = log();
    long bytes = landed.keys().stream().mapToLong(key -> s3.read(key.key()).length).sum();
    assertThat(partition(0))
        .containsEntry("landed-records-total", 8L)
        .containsEntry("landed-files-total", 2L)
        .containsEntry("landed-bytes-total", bytes)
        .containsEntry("open-files", 1L)
        .containsEntry("landing-lag-offsets", 2L)
        .containsEntry("landing-retries-total", 0L)
        .containsEntry("fenced-total", 0L)
        .containsEntry("landing-latency-ms-avg", 30.0)
        .containsEntry("landing-latency-ms-max", 30.0);
    assertThat((long) partition(0).get("buffered-bytes")).isPositive();
    assertThat(partition(1))
        .containsEntry("landed-records-total", 0L)
        .containsEntry("open-files", 1L)
        .containsEntry("landing-lag-offsets", 3L);
    assertThat(bean(""))
        .containsEntry("landed-records-total", 8L)
        .containsEntry("landed-bytes-total", bytes)
        .containsEntry("open-files", 2L)
        .containsEntry("landing-lag-offsets", 5L)
        .containsEntry("landing-latency-ms-max", 30.0)
        .containsEntry("buffer-spooled-bytes", 0L);
    assertThat((long) bean("").get("buffer-memory-used-bytes")).isPositive();

    clock.advance(Duration.ofHours(1));
    worker.poll(100);
    assertThat(partition(0))
        .containsEntry("landed-records-total", 10L)
        .containsEntry("open-files", 0L)
        .containsEntry("buffered-bytes", 0L)
        .containsEntry("landing-lag-offsets", 0L);
  }

  @Test
  void jmxCountsRetriesAndFences() throws Exception {
    TestWorker zombie = shown("flush.size", "8");
    FaultyStore zombies = store;
    zombie.assign(0, topic.rows(0, 6));
    zombie.poll(100);
    pluginMetrics = TaskFixture::noMetrics;
    TestWorker owner = worker("flush.size", "5");
    owner.assign(0, topic);
    owner.poll(100);

    topic.rows(6, 20);
    zombies.aroundPut(
        put -> {
          throw new RetriableException("busy");
        });
    zombie.poll(100);
    zombie.poll(100);
    assertThat(partition(0)).containsEntry("landing-retries-total", 2L);
    zombies.aroundPut(FaultyStore.Put::run);
    zombie.poll(100);
    assertThat(partition(0)).containsEntry("fenced-total", 1L);
    assertThat(bean("")).containsEntry("fenced-total", 1L).containsEntry("open-files", 0L);
  }

  @Test
  void whatIsClosedIsNoLongerShown() throws Exception {
    TestWorker worker = shown();
    worker.assign(0, topic.rows(0, 10));
    worker.poll(100);
    worker.revoke(topic);
    assertThat(partition(0)).isEmpty();
    assertThat(bean("")).containsEntry("landed-records-total", 10L).isNotEmpty();
    worker.assign(10, topic);
    assertThat(partition(0)).containsEntry("landed-records-total", 0L);
    worker.task().stop();
    assertThat(partition(0)).isEmpty();
    assertThat(bean("")).isEmpty();
    assertThat(metrics.metrics().keySet())
        .extracting(name -> name.group())
        .as("only the registry's own count is left")
        .doesNotContain("plugins");
  }

  /** A partition may be given again without having been taken away. */
  @Test
  void aPartitionThatIsOpenedTwiceIsShownOnce() throws Exception {
    TestWorker worker = shown();
    worker.assign(0, topic.rows(0, 10));
    worker.assign(0, topic);
    assertThat(partition(0)).containsEntry("open-files", 0L);
  }

  @Test
  void anOlderWorkerShowsNothingAndLandsAllTheSame() {
    for (Error older : List.of(new NoSuchMethodError("x"), new NoClassDefFoundError("x"))) {
      newTopic();
      pluginMetrics =
          () -> {
            throw older;
          };
      TestWorker worker = worker("flush.size", "2");
      worker.assign(0, topic.rows(0, 4));
      worker.poll(100);
      assertThat(log().offsets()).isEqualTo(range(0, 4));
    }
  }

  @Test
  void linesHaveTheSamePairsForEver() {
    try (LogLines lines = LogLines.of("io.freshet.connect")) {
      TestWorker worker = worker("flush.size", "4");
      worker.assign(0, topic.rows(0, 10));
      worker.poll(100);
      String pairs = "topic=" + topic.partition().topic() + " partition=0";
      assertThat(lines.text())
          .contains("started version=" + Version.current())
          .contains("nothing landed yet " + pairs)
          .containsPattern(
              "landed \\Q"
                  + pairs
                  + "\\E position=4 next=8 records=4 bytes=\\d+ files=1 millis=\\d+ step=topics/");
      worker("flush.size", "4").assign(0, topic);
      assertThat(lines.text()).contains("located " + pairs + " position=8 step=topics/");

      TestWorker slow = worker("flush.size", "20", "rotate.interval.ms", "1000");
      slow.assign(0, topic);
      slow.poll(100);
      TestWorker quick = worker("flush.size", "2");
      quick.assign(0, topic);
      quick.poll(100);
      clock.advance(Duration.ofSeconds(1));
      slow.poll(100);
      assertThat(lines.text())
          .contains("fenced " + pairs + " position=8 next=10 step=topics/")
          .contains("dropped-records=2");
    }
  }
}
