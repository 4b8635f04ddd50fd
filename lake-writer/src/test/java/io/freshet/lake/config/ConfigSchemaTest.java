package io.freshet.lake.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.freshet.lake.source.MessageIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lake.schema.json} says what {@link ConfigLoader} understands, no more and no less. */
class ConfigSchemaTest {
  /** Each mapping that there may be, in one file or the other. */
  private static final String LANDING =
      """
      lake: {warehouse: "s3a://lake/w", metrics: {listen: "off"}}
      source: {kind: landing, root: "s3a://lake/topics", sink-group: connect-s, bootstrap-servers: "h:1"}
      registry: http://127.0.0.1:8081
      verify: {mask: [email], bootstrap-servers: "h:1", properties: {client.id: verify}}
      services: {beside-ingest: true}
      defaults: {deletes: hard, quarantine: {max-records: 5}}
      tables:
        - {topic: a.b.c, database: d, table: t, quarantine: {max-records: 7}}
      """;

  private static final String KAFKA =
      """
      lake: {warehouse: "s3a://lake/w", concurrent-tables: "${env:TABLES}"}
      source: {kind: kafka, bootstrap-servers: "h:1", properties: {client.id: lake}}
      registry: http://127.0.0.1:8081
      tables:
        - {include: [a.*], exclude: [a.b], database: d, partition-by: [x]}
      postgres:
        {host: h, port: 5432, database: d, user: u, password: "${env:PASSWORD}", topic-prefix: p, slot: s, tables: [a.*], properties: {sslmode: require}}
      """;

  private final JsonNode schema = read(Path.of("lake.schema.json"), new ObjectMapper());

  private static JsonNode read(Path file, ObjectMapper mapper) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Test
  void namesEveryKeyThatIsUnderstoodAndNoOther() {
    Map<String, Set<String>> understood = new TreeMap<>();
    for (String yaml : List.of(LANDING, KAFKA)) {
      Problems problems = new Problems();
      new ConfigLoader(Map.of("TABLES", "3", "PASSWORD", "p")).parse(yaml, problems);
      problems.refuse();
      problems
          .keys()
          .forEach(
              (path, keys) -> understood.computeIfAbsent(path, p -> new TreeSet<>()).addAll(keys));
    }
    understood.remove("source.properties"); // Kafka's, not ours to know.
    understood.remove("verify.properties");
    understood.remove("postgres.properties"); // The JDBC driver's.
    Map<String, Set<String>> named = new TreeMap<>();
    properties("", schema, named);
    assertThat(named)
        .as("keys in lake.schema.json, and those that ConfigLoader asks for")
        .isEqualTo(understood);
  }

  private void properties(String path, JsonNode property, Map<String, Set<String>> named) {
    JsonNode node =
        property.has("$ref") ? schema.at(property.path("$ref").asText().substring(1)) : property;
    if (node.path("items").has("properties")) {
      properties(path + "[]", node.path("items"), named);
    }
    node.path("properties")
        .fields()
        .forEachRemaining(
            field -> {
              named.computeIfAbsent(path, p -> new TreeSet<>()).add(field.getKey());
              String below = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              properties(below, field.getValue(), named);
            });
  }

  @Test
  void offersEveryChoice() {
    assertThat(choices("/properties/source/properties/kind")).isEqualTo(spelt(SourceKind.values()));
    assertThat(choices("/properties/source/properties/registry-id"))
        .isEqualTo(spelt(MessageIds.values()));
    assertThat(choices("/$defs/type")).isEqualTo(spelt(TableType.values()));
    assertThat(choices("/$defs/deletes")).isEqualTo(spelt(DeleteMode.values()));
    assertThat(choices("/$defs/index")).isEqualTo(spelt(IndexKind.values()));
    assertThat(choices("/$defs/without-key")).isEqualTo(spelt(WithoutKey.values()));
    assertThat(choices("/properties/postgres/properties/interval-handling-mode"))
        .isEqualTo(spelt(IntervalMode.values()));
    assertThat(choices("/$defs/bare-numeric")).isEqualTo(spelt(BareNumeric.values()));
  }

  private List<String> choices(String pointer) {
    List<String> choices = new ArrayList<>();
    schema.at(pointer).path("enum").forEach(choice -> choices.add(choice.asText()));
    return choices;
  }

  private static List<String> spelt(Enum<?>[] constants) {
    return Arrays.stream(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  @Test
  void acceptsWhatIngestAccepts() throws IOException {
    assertThat(findings(LANDING)).isEmpty();
    assertThat(findings(KAFKA)).isEmpty();
    assertThat(findings(Files.readString(Path.of("../deploy/local/lake.yaml")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deletes: hard|deletes: harsh",
        "database: d|databas: d",
        "database: d|database: d, index: bloom",
        "database: d|database: d, buckets: 0",
        "topic: a.b.c|topic: a.b.c, include: [x]",
        "registry: http|regstry: http",
        "root: \"s3a://lake|root: \"/lake",
        "mask: [email]|mask: email",
        "beside-ingest: true|interval-seconds: 0",
        "tables:|postgres: {database: d, user: u, password: plain, topic-prefix: p, slot: s, tables: [a.b]}\ntables:",
        "tables:|postgres: {database: d, user: u, password: '${env:P}', topic-prefix: p, slot: S, tables: [a.b]}\ntables:"
      })
  void marksWhatIngestRefuses(String change) {
    String[] sides = change.split("\\|");
    String yaml = LANDING.replace(sides[0], sides[1]);
    assertThat(yaml).isNotEqualTo(LANDING);
    assertThat(findings(yaml)).isNotEmpty();
  }

  private Set<?> findings(String yaml) {
    JsonSchema validator =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    try {
      return validator.validate(new ObjectMapper(new YAMLFactory()).readTree(yaml));
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }
}
