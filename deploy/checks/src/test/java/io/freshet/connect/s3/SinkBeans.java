package io.freshet.connect.s3;

import io.freshet.connect.format.ByteArrays;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** The sink's metrics in this process's JMX, as a Connect worker shows them. */
public final class SinkBeans implements AutoCloseable {
  private final Metrics metrics;
  private final SinkMetrics sink;
  private final BufferPool buffers;

  /**
   * @param folder for a task's temporary file
   */
  public SinkBeans(String connector, TopicPartition partition, Path folder) {
    metrics =
        new Metrics(
            new MetricConfig(),
            List.of(new JmxReporter()),
            Time.SYSTEM,
            new KafkaMetricsContext("kafka.connect"));
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("connector", connector);
    tags.put("task", "0");
    PluginMetricsImpl plugin = new PluginMetricsImpl(metrics, tags);
    SinkTaskContext context =
        (SinkTaskContext)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("pluginMetrics")) {
                    return plugin;
                  }
                  throw new UnsupportedOperationException(method.getName());
                });
    buffers = new BufferPool(1, new ByteArrays(0), new SpoolFile(folder));
    sink = new SinkMetrics(MetricRegistry.of(context), buffers);
    sink.partition(partition);
  }

  @Override
  public void close() {
    sink.close();
    buffers.close();
    metrics.close();
  }
}
