package io.freshet.lake.source;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How Kafka is reached.
 *
 * @param bootstrapServers brokers to ask first
 * @param properties further settings of its clients, such as {@code security.protocol}; they may
 *     hold secrets and are never printed
 * @param idFormat what stands before a message's body
 */
public record KafkaConnection(
    String bootstrapServers, Map<String, String> properties, MessageIds idFormat)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public KafkaConnection {
    properties = Map.copyOf(properties);
  }

  /** Settings of any client. */
  Map<String, Object> client() {
    Map<String, Object> settings = new HashMap<>(properties);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return settings;
  }

  /** A consumer outside of any group, which sees committed records only. */
  public KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = client();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public String toString() {
    return "Kafka at " + bootstrapServers;
  }
}
