package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** MSK Connect's connectors are those of connector-configs. */
class MskConnectTest {
  /** What each environment has of its own, or MSK Connect needs. */
  private static final Set<String> OWN =
      Set.of(
          "topic.prefix",
          "table.include.list",
          "slot.name",
          "publication.name",
          "publication.autocreate.mode",
          "database.hostname",
          "database.port",
          "database.dbname",
          "database.user",
          "database.password",
          "database.sslmode",
          "key.converter.apicurio.registry.url",
          "value.converter.apicurio.registry.url",
          "tasks.max",
          "topics.regex",
          "registry.url",
          "kafka.bootstrap.servers",
          "kafka.security.protocol",
          "kafka.sasl.mechanism",
          "kafka.sasl.jaas.config",
          "kafka.sasl.client.callback.handler.class",
          "store.url",
          "s3.path.style.access.enabled",
          "s3.bucket.name",
          "s3.region",
          "s3.ssea.name",
          "s3.sse.kms.key.id");

  private static final Set<String> FOR_OTHER_STORES =
      Set.of("store.url", "s3.path.style.access.enabled");

  private static Map<String, String> shared(JsonNode config) {
    Map<String, String> values = new TreeMap<>();
    config.properties().forEach(each -> values.put(each.getKey(), each.getValue().asText()));
    values.keySet().removeAll(OWN);
    return values;
  }

  private static JsonNode file(String name) throws IOException {
    return Deploy.JSON.readTree(
        Files.readString(Deploy.repository("connector-configs/" + name + ".json")));
  }

  private static JsonNode resource(String name) throws IOException {
    return Deploy.yaml("msk/connect.yaml")
        .at("/Resources/" + name + "/Properties/ConnectorConfiguration");
  }

  @Test
  void theSourceIsTheShippedOne() throws IOException {
    assertThat(shared(resource("Source"))).isEqualTo(shared(file("moma-postgres-source")));
  }

  @Test
  void theSinkIsTheShippedOne() throws IOException {
    assertThat(shared(resource("Sink"))).isEqualTo(shared(file("moma-s3-sink")));
  }

  @Test
  void whatMayDifferIsThere() throws IOException {
    Set<String> present = new TreeSet<>();
    for (String name : new String[] {"Source", "Sink"}) {
      resource(name).fieldNames().forEachRemaining(present::add);
    }
    assertThat(present)
        .containsAll(OWN.stream().filter(each -> !FOR_OTHER_STORES.contains(each)).toList());
  }
}
