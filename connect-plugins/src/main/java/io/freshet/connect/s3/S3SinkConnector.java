package io.freshet.connect.s3;

import io.freshet.connect.avro.SchemaRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lands Kafka records in S3, each exactly once: the landing log that the lake is written from.
 *
 * <p>{@link #validate} refuses unknown properties, and asks the bucket and the registry of an
 * otherwise valid configuration whether they can be used.
 */
public final class S3SinkConnector extends SinkConnector {
  private static final Logger LOG = LoggerFactory.getLogger(S3SinkConnector.class);

  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return Version.current();
  }

  @Override
  public ConfigDef config() {
    return S3SinkConfig.definition();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return S3SinkTask.class;
  }

  @Override
  public void start(Map<String, String> props) {
    S3SinkConfig config = S3SinkConfig.parse(props);
    config.store().warnings().forEach(LOG::warn);
    UnusedProperties.messages(props).forEach(LOG::warn);
    config.format().notUsed().forEach(LOG::warn);
    config.parts().notUsed(props.keySet()).forEach(LOG::warn);
    properties = Map.copyOf(props);
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return Collections.nCopies(maxTasks, properties);
  }

  @Override
  public void stop() {
    properties = Map.of();
  }

  /**
   * The group's offsets don't steer this connector once anything is landed, so setting them is
   * refused; deleting them does no harm.
   *
   * @throws ConnectException if an offset is to be set
   */
  @Override
  public boolean alterOffsets(Map<String, String> config, Map<TopicPartition, Long> offsets) {
    if (offsets.values().stream().anyMatch(Objects::nonNull)) {
      throw new ConnectException(
          "the connector goes on where the landing log in S3 ends, whatever the group's offsets; to"
              + " land records again, set another "
              + StoreOptions.TOPICS_DIR
              + " or move the landed objects away, and delete the group's offsets");
    }
    return true;
  }

  @Override
  public Config validate(Map<String, String> props) {
    List<ConfigValue> values = config().validate(props);
    PropertyNames names = new PropertyNames(config().names());
    for (String name : new TreeSet<>(props.keySet())) {
      if (!names.isKnown(name)) {
        ConfigValue unknown = new ConfigValue(name);
        unknown.addErrorMessage(
            "unknown property '%s'; did you mean '%s'?".formatted(name, names.nearest(name)));
        values.add(unknown);
      }
    }
    if (values.stream().allMatch(value -> value.errorMessages().isEmpty())) {
      tryOut(props, values);
    }
    return new Config(values);
  }

  private static void tryOut(Map<String, String> props, List<ConfigValue> values) {
    S3SinkConfig config;
    try {
      config = S3SinkConfig.parse(props);
    } catch (InvalidPropertyException invalid) {
      addError(values, invalid.property(), invalid.getMessage());
      return;
    } catch (ConfigException contradiction) {
      addError(values, StoreOptions.BUCKET, contradiction.getMessage());
      return;
    }
    new StoreProbe(config.store())
        .run()
        .ifPresent(problem -> addError(values, problem.property(), problem.message()));
    try {
      config
          .avro()
          .registryUrl()
          .ifPresentOrElse(
              url -> new SchemaRegistry(url).checkReachable(),
              () -> checkRegistryIsNotNeeded(config.format(), props, values));
    } catch (RetriableException unreachable) {
      addError(values, AvroOptions.REGISTRY_URL, unreachable.getMessage());
    }
  }

  private static void checkRegistryIsNotNeeded(
      FormatOptions format, Map<String, String> props, List<ConfigValue> values) {
    String converter = props.getOrDefault("value.converter", "");
    if (format.kind() != FormatOptions.Kind.BYTES
        && (converter.equals("ByteArrayConverter") || converter.endsWith(".ByteArrayConverter"))) {
      addError(
          values,
          AvroOptions.REGISTRY_URL,
          "%s is missing, which messages that come as bytes (value.converter=%s) are read with; set it"
                  .formatted(AvroOptions.REGISTRY_URL, converter)
              + " to the registry's base URL such as http://127.0.0.1:8081");
    }
  }

  private static void addError(List<ConfigValue> values, String property, String message) {
    values.stream()
        .filter(value -> value.name().equals(property))
        .findFirst()
        .orElseThrow()
        .addErrorMessage(message);
  }
}
