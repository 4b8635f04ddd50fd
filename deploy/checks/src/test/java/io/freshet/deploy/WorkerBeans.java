package io.freshet.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.internals.FetchMetricsRegistry;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.MetricNameTemplate;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.runtime.ConnectMetricsRegistry;

/**
 * A worker's own metrics of a connector, its task and its consumer in this process's JMX, under the
 * names that Kafka's registries give them.
 */
final class WorkerBeans implements AutoCloseable {
  private final List<Metrics> all = new ArrayList<>();

  WorkerBeans(String connector) {
    ConnectMetricsRegistry names = new ConnectMetricsRegistry();
    Metrics connect = metrics("kafka.connect");
    add(connect, names.connectorStatus, Map.of("connector", connector), "failed");
    Map<String, String> task = new LinkedHashMap<>();
    task.put("connector", connector);
    task.put("task", "0");
    add(connect, names.taskStatus, task, "failed");
    add(connect, names.recordProcessingFailures, task, 1);
    // The order in which a consumer gives them.
    Map<String, String> lag = new LinkedHashMap<>();
    lag.put("client-id", "connector-consumer-" + connector + "-0");
    lag.put("topic", "t");
    lag.put("partition", "0");
    add(
        metrics("kafka.consumer"),
        new FetchMetricsRegistry(Set.of("client-id"), "consumer").partitionRecordsLag,
        lag,
        1.0);
  }

  private Metrics metrics(String domain) {
    Metrics made =
        new Metrics(
            new MetricConfig(),
            List.of(new JmxReporter()),
            Time.SYSTEM,
            new KafkaMetricsContext(domain));
    all.add(made);
    return made;
  }

  private static void add(
      Metrics metrics, MetricNameTemplate template, Map<String, String> values, Object value) {
    if (!template.tags().equals(values.keySet())) {
      throw new AssertionError(template + " has other tags than " + values.keySet());
    }
    MetricName name =
        metrics.metricName(template.name(), template.group(), template.description(), values);
    metrics.addMetric(name, (Gauge<Object>) (config, now) -> value);
  }

  @Override
  public void close() {
    all.forEach(Metrics::close);
  }
}
