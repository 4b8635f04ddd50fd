package io.freshet.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedConfigsTest {
  private static final String SOURCE = "moma-postgres-source";
  private static final String SINK = "moma-s3-sink";
  private static final Map<String, String> WORKER =
      Map.of(
          "FRESHET_POSTGRES_HOST", "db1",
          "FRESHET_POSTGRES_PORT", "5432",
          "FRESHET_POSTGRES_DATABASE", "moma",
          "FRESHET_POSTGRES_USER", "cdc",
          "FRESHET_POSTGRES_PASSWORD", "sesame",
          "FRESHET_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
          "FRESHET_REGISTRY_URL", "http://registry:8081",
          "FRESHET_S3_ENDPOINT", "http://s3:9000",
          "FRESHET_S3_BUCKET", "lake",
          "FRESHET_S3_REGION", "us-east-1");

  @ParameterizedTest
  @ValueSource(strings = {SOURCE, SINK})
  void holdNoSecretAndNoEndpoint(String name) {
    Map<String, String> config = read(name);
    Redactor redactor = new Redactor();

    assertThat(config).containsEntry("name", name);
    config.forEach(
        (key, value) -> {
          if (redactor.isSecret(key)) {
            assertThat(value).as(key).matches("\\$\\{env:FRESHET_[A-Z0-9_]+}");
          }
          assertThat(value).as(key).doesNotContain("127.0.0.1", "localhost", "http://");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {SOURCE, SINK})
  void placeholdersAreResolvedByKafkasOwnProvider(String name) {
    Map<String, String> resolved = resolve(read(name));

    assertThat(resolved.values()).noneMatch(value -> value.contains("${"));
  }

  @ParameterizedTest
  @ValueSource(strings = {SOURCE, SINK})
  void areAlsoResources(String name) throws IOException {
    try (InputStream resource = ConnectorsCommand.class.getResourceAsStream(name + ".json")) {
      assertThat(resource).isNotNull();
      assertThat(resource.readAllBytes()).isEqualTo(Files.readAllBytes(Path.of(name + ".json")));
    }
  }

  @Test
  void endpointsStandWhereTheyBelong() {
    Map<String, String> source = resolve(read(SOURCE));
    Map<String, String> sink = resolve(read(SINK));

    assertThat(source)
        .containsEntry("database.hostname", "db1")
        .containsEntry("database.password", "sesame")
        .containsEntry("database.dbname", "moma");
    for (String converter : List.of("key.converter", "value.converter")) {
      assertThat(source)
          .containsEntry(
              converter + ".apicurio.registry.url", "http://registry:8081/apis/registry/v2");
    }
    assertThat(sink)
        .containsEntry("registry.url", "http://registry:8081")
        .containsEntry("store.url", "http://s3:9000")
        .containsEntry("s3.bucket.name", "lake");
  }

  @Test
  void keyAndValueOfTheSourceAreConvertedAlike() {
    Map<String, String> config = read(SOURCE);

    assertThat(under(config, "key.converter")).isEqualTo(under(config, "value.converter"));
  }

  @Test
  void sinkTakesTheTablesTopicsAndNotTheHeartbeats() {
    Pattern topics = Pattern.compile(read(SINK).get("topics.regex"));

    for (String table : read(SOURCE).get("table.include.list").split(",")) {
      assertThat("moma." + table).matches(topics);
    }
    assertThat("__debezium-heartbeat.moma").doesNotMatch(topics);
  }

  @Test
  void deletedSourceTellsItsSlot() {
    List<String> farewell = ReplicationSlot.of(read(SOURCE)).orElseThrow().farewell();

    assertThat(farewell)
        .containsExactly(
            "its replication slot 'freshet_moma' stays in PostgreSQL and keeps WAL; unless the"
                + " connector comes back, run in ${env:FRESHET_POSTGRES_DATABASE}:",
            "  SELECT pg_drop_replication_slot('freshet_moma');",
            "  DROP PUBLICATION IF EXISTS \"freshet_moma\";");
    assertThat(ReplicationSlot.of(read(SINK))).isEmpty();
  }

  private static Map<String, String> read(String name) {
    return ConnectorFile.read(Path.of(name + ".json")).config();
  }

  private static Map<String, String> under(Map<String, String> config, String prefix) {
    Map<String, String> rest = new HashMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            rest.put(key.substring(prefix.length()), value);
          }
        });
    return rest;
  }

  private static Map<String, String> resolve(Map<String, String> config) {
    try (EnvVarConfigProvider environment = new EnvVarConfigProvider(WORKER)) {
      environment.configure(Map.of());
      return new ConfigTransformer(Map.of("env", environment)).transform(config).data();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
