package io.freshet.lake.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts and times of a job, for Prometheus. */
public final class JobMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry;
  private final Clock clock;

  /** Micrometer holds what it counts by a weak reference alone. */
  private final List<LongSupplier> kept = new CopyOnWriteArrayList<>();

  public JobMetrics(Clock clock) {
    this.clock = clock;
    this.registry =
        new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT, new PrometheusRegistry(), micrometer(clock));
    new JvmMemoryMetrics().bindTo(registry);
  }

  private static io.micrometer.core.instrument.Clock micrometer(Clock clock) {
    return new io.micrometer.core.instrument.Clock() {
      @Override
      public long wallTime() {
        return clock.millis();
      }

      @Override
      public long monotonicTime() {
        return TimeUnit.MILLISECONDS.toNanos(clock.millis());
      }
    };
  }

  /** The meters of a table. */
  public TableMetrics table(String table, String topic) {
    return new TableMetrics(registry, clock, table, topic);
  }

  /**
   * Counts requests to S3.
   *
   * @param client who makes them
   * @param count how many there were
   */
  public void storeRequests(String client, LongSupplier count) {
    kept.add(count);
    FunctionCounter.builder("freshet.lake.s3.requests", count, LongSupplier::getAsLong)
        .description("Requests to S3 by this process.")
        .tag("client", client)
        .register(registry);
  }

  /** All of them in Prometheus' text format 0.0.4. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
