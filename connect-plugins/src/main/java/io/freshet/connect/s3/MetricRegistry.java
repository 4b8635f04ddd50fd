package io.freshet.connect.s3;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Avg;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where metrics are shown. Names are removed when their owner closes. */
sealed interface MetricRegistry {
  Logger LOG = LoggerFactory.getLogger(MetricRegistry.class);

  /** Shows a number; the value is asked for by other threads. */
  void gauge(Scope scope, String name, String description, LongSupplier value);

  /** Shows average and maximum of a duration over the worker's metrics window. */
  Timer timer(Scope scope, String name, String description);

  /** Takes down all that a scope shows. */
  void remove(Scope scope);

  /**
   * What a metric is about.
   *
   * @param tags in the order of the metric's name; empty: the task as a whole
   */
  record Scope(Map<String, String> tags) {}

  /** Takes durations. */
  @FunctionalInterface
  interface Timer {
    void record(long millis);
  }

  /** The task's registry; on workers older than Kafka 4.1 nothing is shown. */
  static MetricRegistry of(SinkTaskContext context) {
    try {
      return Shown.in(context);
    } catch (UnsupportedOperationException | LinkageError older) {
      LOG.debug("metrics are not shown: this worker has no plugin metrics", older);
      return new Hidden();
    }
  }

  /** Kafka Connect's plugin metrics, which add the connector's name and the task's number. */
  final class Shown implements MetricRegistry {
    private final PluginMetrics metrics;
    private final Map<Scope, List<MetricName>> gauges = new LinkedHashMap<>();
    private final Map<Scope, List<String>> sensors = new LinkedHashMap<>();

    private Shown(PluginMetrics metrics) {
      this.metrics = metrics;
    }

    private static Shown in(SinkTaskContext context) {
      return new Shown(context.pluginMetrics());
    }

    private MetricName name(Scope scope, String name, String description) {
      return metrics.metricName(name, description, new LinkedHashMap<>(scope.tags()));
    }

    @Override
    public void gauge(Scope scope, String name, String description, LongSupplier value) {
      MetricName metric = name(scope, name, description);
      metrics.addMetric(metric, (Gauge<Long>) (config, now) -> value.getAsLong());
      gauges.computeIfAbsent(scope, added -> new ArrayList<>()).add(metric);
    }

    @Override
    public Timer timer(Scope scope, String name, String description) {
      String id = name + scope.tags();
      Sensor sensor = metrics.addSensor(id);
      sensor.add(name(scope, name + "-avg", description + ", average"), new Avg());
      sensor.add(name(scope, name + "-max", description + ", maximum"), new Max());
      sensors.computeIfAbsent(scope, added -> new ArrayList<>()).add(id);
      return sensor::record;
    }

    @Override
    public void remove(Scope scope) {
      Optional.ofNullable(gauges.remove(scope))
          .ifPresent(names -> names.forEach(metrics::removeMetric));
      Optional.ofNullable(sensors.remove(scope))
          .ifPresent(names -> names.forEach(metrics::removeSensor));
    }
  }

  /** Nowhere. */
  final class Hidden implements MetricRegistry {
    private Hidden() {}

    @Override
    public void gauge(Scope scope, String name, String description, LongSupplier value) {}

    @Override
    public Timer timer(Scope scope, String name, String description) {
      return millis -> {};
    }

    @Override
    public void remove(Scope scope) {}
  }
}
