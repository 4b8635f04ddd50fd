package io.freshet.connect.s3;

import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Task of the {@link S3SinkConnector}. */
public final class S3SinkTask extends SinkTask {
  private static final Logger LOG = LoggerFactory.getLogger(S3SinkTask.class);

  private LandingSink sink;

  @Override
  public String version() {
    return Version.current();
  }

  @Override
  public void start(Map<String, String> properties) {
    S3SinkConfig config = S3SinkConfig.parse(properties);
    start(config, SinkServices.connect(config, context, Clock.systemUTC()));
  }

  void start(S3SinkConfig config, SinkServices services) {
    LOG.info("started version={}", version());
    sink = new LandingSink(services, config.errors().retryBackoff().toMillis());
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    sink.open(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    sink.put(records);
  }

  /** Only landed positions, for those who watch the group's lag; the task itself asks S3. */
  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> consumed) {
    return sink.landedPositions(consumed.keySet());
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    sink.close(partitions);
  }

  @Override
  public void stop() {
    // Connect stops a task whose start failed too.
    if (sink != null) {
      sink.close();
      sink = null;
    }
  }
}
