package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.freshet.lake.config.ConfigLoader;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.job.VerifyJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Helm chart, by Helm itself. */
class ChartTest {
  /** The chart without its symbolic links, each of which Helm would log. */
  @TempDir private static Path chart;

  @TempDir private Path folder;

  @BeforeAll
  static void copy() throws IOException {
    Path source = Deploy.path("kubernetes/freshet");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = chart.resolve(source.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static Path values(String example) {
    return chart.resolve("ci/" + example + "-values.yaml");
  }

  private static String template(Path values) {
    return new Helm(chart)
        .template()
        .withName("freshet")
        .withNamespace("lake")
        .withValuesFile(values)
        .call();
  }

  /** The rendered manifests, as text for other tools too. */
  private static List<ObjectNode> render(String example) throws IOException {
    String rendered = template(values(example));
    Files.writeString(Deploy.target("rendered/" + example + ".yaml"), rendered);
    List<ObjectNode> manifests = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        Deploy.YAML.readerFor(JsonNode.class).readValues(rendered)) {
      while (documents.hasNext()) {
        if (documents.next() instanceof ObjectNode manifest) {
          manifests.add(manifest);
        }
      }
    }
    return manifests;
  }

  private static Optional<ObjectNode> find(List<ObjectNode> all, String kind, String name) {
    return all.stream()
        .filter(each -> each.path("kind").asText().equals(kind))
        .filter(each -> each.at("/metadata/name").asText().equals(name))
        .findFirst();
  }

  private static ObjectNode get(List<ObjectNode> all, String kind, String name) {
    return find(all, kind, name)
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " is rendered"));
  }

  @Test
  void lintFindsNothing() {
    LintResult lint = new Helm(chart).lint().strict().call();
    assertThat(lint.isFailed()).as(String.join("\n", lint.getMessages())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eks", "minio"})
  void everyManifestIsOfItsType(String example) throws IOException {
    List<ObjectNode> manifests = render(example);
    assertThat(manifests).hasSizeGreaterThan(5);
    Map<String, List<String>> wrong = new TreeMap<>();
    for (ObjectNode manifest : manifests) {
      List<String> unknown = KubernetesTypes.unknownFields(manifest);
      if (!unknown.isEmpty()) {
        wrong.put(manifest.path("kind") + " " + manifest.at("/metadata/name"), unknown);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aFieldThatATypeDoesNotHaveIsFound() throws IOException {
    ObjectNode connect = get(render("eks"), "KafkaConnect", "freshet-connect");
    ((ObjectNode) connect.at("/spec/template/connectContainer")).put("enviroment", "x");
    assertThat(KubernetesTypes.unknownFields(connect))
        .singleElement()
        .asString()
        .contains("spec.template.connectContainer")
        .contains("enviroment");
  }

  @Test
  void connectorsAreThoseOfTheRepository() throws IOException {
    List<ObjectNode> manifests = render("minio");
    for (String name : List.of("moma-postgres-source", "moma-s3-sink")) {
      JsonNode file =
          Deploy.JSON.readTree(
              Files.readString(Deploy.repository("connector-configs/" + name + ".json")));
      JsonNode spec = get(manifests, "KafkaConnector", name).path("spec");
      ObjectNode expected = file.deepCopy();
      assertThat(spec.path("class").asText()).isEqualTo(file.path("connector.class").asText());
      assertThat(spec.path("tasksMax").asText()).isEqualTo(file.path("tasks.max").asText());
      expected.remove(List.of("connector.class", "tasks.max", "name"));
      assertThat(spec.path("config")).isEqualTo(expected);
    }
  }

  @Test
  void valuesChangeConnectors() throws IOException {
    List<ObjectNode> manifests = render("eks");
    JsonNode source = get(manifests, "KafkaConnector", "moma-postgres-source").at("/spec/config");
    assertThat(source.path("database.sslmode").asText()).isEqualTo("require");
    assertThat(source.path("publication.autocreate.mode").asText()).isEqualTo("disabled");
    JsonNode sink = get(manifests, "KafkaConnector", "moma-s3-sink").at("/spec/config");
    assertThat(sink.has("store.url")).as("on AWS").isFalse();
    assertThat(sink.path("flush.size").asText()).isEqualTo("10000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eks", "minio"})
  void theLakesConfigIsOneThatTheJobTakes(String example) throws IOException {
    JsonNode data = get(render(example), "ConfigMap", "freshet-lake").path("data");
    Path file = folder.resolve("lake.yaml");
    Path secret = Files.createDirectories(folder.resolve("freshet-kafka"));
    Files.writeString(secret.resolve("kafka.properties"), "jaas=a login module");
    Files.writeString(
        file, data.path("lake.yaml").asText().replace("/etc/freshet-secrets", folder.toString()));
    LakeConfig lake = new ConfigLoader(Map.of()).load(file);
    assertThat(lake.metrics().address().getPort()).isEqualTo(9404);
    assertThat(lake.postgres()).as("without a login").isEmpty();
    LakeConfig compared =
        new ConfigLoader(
                Map.of("FRESHET_POSTGRES_USER", "freshet", "FRESHET_POSTGRES_PASSWORD", "secret"))
            .withDatabase()
            .load(file);
    VerifyJob.require(compared);
    PostgresConfig postgres = compared.postgres().orElseThrow();
    postgres.requireForSnapshot();
    assertThat(postgres.slot()).isEqualTo("freshet_moma");
    assertThat(postgres.topic("public", "artists")).isEqualTo("moma.public.artists");
  }

  @Test
  void jobsRunTheLakeWriter() throws IOException {
    List<ObjectNode> manifests = render("eks");
    JsonNode ingest = get(manifests, "SparkApplication", "freshet-ingest").path("spec");
    assertThat(ingest.at("/restartPolicy/type").asText()).isEqualTo("Always");
    assertThat(ingest.path("arguments")).map(JsonNode::asText).first().isEqualTo("ingest");
    for (String command : List.of("snapshot", "verify", "maintain")) {
      JsonNode job = get(manifests, "ScheduledSparkApplication", "freshet-" + command);
      assertThat(job.at("/spec/template/arguments"))
          .map(JsonNode::asText)
          .first()
          .isEqualTo(command);
      assertThat(job.at("/spec/suspend").asBoolean()).isEqualTo(command.equals("snapshot"));
    }
    assertThat(find(render("minio"), "ScheduledSparkApplication", "freshet-maintain")).isEmpty();
  }

  @Test
  void secretsAreOnlyNamed() throws IOException {
    for (String example : List.of("eks", "minio")) {
      for (ObjectNode manifest : render(example)) {
        assertThat(manifest.path("kind").asText()).isNotEqualTo("Secret");
        manifest
            .findParents("name")
            .forEach(
                entry ->
                    assertThat(
                            entry.path("name").asText().matches(".*(PASSWORD|SECRET).*")
                                && entry.has("value"))
                        .as(
                            "a value of %s in %s",
                            entry.path("name"), manifest.at("/metadata/name"))
                        .isFalse());
      }
    }
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Path none = folder.resolve("none.yaml");
    Files.writeString(none, "{}");
    assertThatThrownBy(() -> template(none)).hasMessageMatching("(?s).*is empty: .*");
    Path misspelt = folder.resolve("misspelt.yaml");
    Files.writeString(misspelt, "s3: {buckett: lake}");
    assertThatThrownBy(() -> template(misspelt)).hasMessageContaining("buckett");
    Path unknown = folder.resolve("unknown.yaml");
    Files.writeString(
        unknown, Files.readString(values("minio")) + "\nconnectors: {no-such: {enabled: true}}\n");
    assertThatThrownBy(() -> template(unknown))
        .hasMessageContaining("there is no connectors/no-such.json");
  }
}
