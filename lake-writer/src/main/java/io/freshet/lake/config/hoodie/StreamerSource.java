package io.freshet.lake.config.hoodie;

import static io.freshet.lake.config.hoodie.StreamerInput.STREAMER;

import io.freshet.lake.LakeException;
import java.util.Optional;

/** Where HoodieStreamer read from. */
final class StreamerSource {
  /** What the consumer of HoodieStreamer is told, and any client of Kafka needs. */
  private static final String[] CLIENT = {"security.", "sasl.", "ssl."};

  private final StreamerInput input;
  private final boolean kafka;
  private final Registry registry;
  private final String topic;

  /**
   * @throws LakeException if it is nothing that a lake table is made from
   */
  StreamerSource(StreamerInput input) {
    this.input = input;
    this.kafka = isKafka();
    this.registry = registry();
    this.topic = kafka ? kafkaTopic() : landedTopic();
  }

  String topic() {
    return topic;
  }

  /** The registry's base URL. */
  String registryBase() {
    return registry.base();
  }

  private boolean isKafka() {
    String name = StreamerInput.simpleName(input.flag("--source-class").orElse(""));
    if (name.isEmpty()) {
      return input.get(STREAMER + "source.dfs.root").isEmpty();
    }
    boolean known = name.contains("Kafka") || name.contains("Debezium");
    if (!known && !name.equals("AvroDFSSource")) {
      throw new LakeException(
          "--source-class %s reads no Avro that a sink has landed; AvroDFSSource, AvroKafkaSource and PostgresDebeziumSource can be replaced"
              .formatted(name));
    }
    return known;
  }

  private record Registry(String base, Optional<String> topic) {}

  /** The schema's URL ends in {@code /subjects/<topic>-value/versions/latest}. */
  private Registry registry() {
    String url =
        input
            .get(STREAMER + "schemaprovider.registry.url")
            .or(() -> input.get("schema.registry.url"))
            .orElseThrow(
                () ->
                    new LakeException(
                        "hoodie.streamer.schemaprovider.registry.url is missing; the key schemas in the registry name the tables' key columns"));
    if (url.matches(".*://[^/]*@.*")) {
      throw new LakeException(
          "hoodie.streamer.schemaprovider.registry.url holds a user and a password; the registry is asked without");
    }
    int subjects = url.indexOf("/subjects/");
    Optional<String> topic = Optional.empty();
    if (subjects >= 0) {
      String subject = url.substring(subjects + "/subjects/".length()).split("/")[0];
      topic = Optional.of(subject.replaceFirst("-value$", ""));
    }
    String base = (subjects < 0 ? url : url.substring(0, subjects)).replaceFirst("/apis/.*", "");
    return new Registry(base.replaceFirst("/+$", ""), topic);
  }

  private String kafkaTopic() {
    return input
        .get(STREAMER + "source.kafka.topic")
        .or(registry::topic)
        .orElseThrow(
            () ->
                new LakeException(
                    "neither hoodie.streamer.source.dfs.root nor hoodie.streamer.source.kafka.topic says what is read"));
  }

  private String landedTopic() {
    String root = StreamerInput.trimmed(input.get(STREAMER + "source.dfs.root").orElse(""));
    return registry.topic().orElse(root.substring(root.lastIndexOf('/') + 1));
  }

  void write(YamlText yaml) {
    yaml.section(0, "source").value(2, "kind", kafka ? "kafka" : "landing");
    if (kafka) {
      String servers =
          input
              .get("bootstrap.servers")
              .orElseThrow(() -> new LakeException("bootstrap.servers is missing"));
      yaml.value(2, "bootstrap-servers", servers);
      if (!input.properties().keys(CLIENT).isEmpty()) {
        yaml.section(2, "properties");
        for (String key : input.properties().keys(CLIENT)) {
          input.get(key);
          yaml.value(4, key, input.properties().printable(key));
        }
      }
    } else {
      String root =
          StreamerInput.trimmed(
              StreamerInput.s3a(input.get(STREAMER + "source.dfs.root").orElse("")));
      if (!root.endsWith("/" + topic)) {
        throw new LakeException(
            "hoodie.streamer.source.dfs.root is '%s', but must end with the topic's folder, such as s3a://bucket/topics/%s"
                .formatted(root, topic));
      }
      yaml.value(2, "root", root.substring(0, root.length() - topic.length() - 1));
      yaml.comment(
          2, "layout: confluent - if Confluent's sink wrote the files rather than Freshet's");
    }
    input
        .flag("--min-sync-interval-seconds")
        .ifPresent(
            seconds ->
                yaml.number(
                    2,
                    "poll-interval-ms",
                    Math.max(
                        50, 1000 * StreamerInput.number("--min-sync-interval-seconds", seconds))));
  }
}
