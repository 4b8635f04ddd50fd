package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The museum's {@code .avsc} files against what Debezium registers, in both message shapes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegisteredSchemasIT {
  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @BeforeAll
  void emitARowOfEachTable() throws Exception {
    pipeline.execute(
        "create schema museum",
        "create table museum.artists (artist_id int primary key, name text, nationality text,"
            + " gender text, birth_year int, death_year int)",
        "create table museum.artworks (artwork_id int primary key, title text, artist_id int,"
            + " medium text, acquired date, price numeric(10,2))",
        "insert into museum.artists values (1, 'A', 'B', 'C', 1, 2)",
        "insert into museum.artworks values (1, 'A', 1, 'B', '2020-02-29', 1.50)");
    connectors.run("apply", source("flat", false), source("envelope", true));
  }

  @AfterAll
  void drop() {
    connectors.run("delete", "schemas-flat", "schemas-envelope");
  }

  private Path source(String prefix, boolean envelope) throws IOException {
    Map<String, String> changes = new HashMap<>();
    changes.put("topic.prefix", prefix);
    changes.put("table.include.list", "museum.artists,museum.artworks");
    changes.put("slot.name", "schemas_" + prefix);
    changes.put("publication.name", "schemas_" + prefix);
    if (!envelope) {
      changes.putAll(Connectors.FLATTENED);
    }
    return connectors.variant("moma-postgres-source", "schemas-" + prefix, changes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"artists", "artworks"})
  void keysAndFlatValuesAreAsRegistered(String table) throws Exception {
    assertThat(shipped(table + "-key")).isEqualTo(registered("flat", table, "key"));
    assertThat(shipped(table + "-value")).isEqualTo(registered("flat", table, "value"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"artists", "artworks"})
  void envelopesAreAsRegistered(String table) throws Exception {
    assertThat(shipped(table + "-envelope")).isEqualTo(registered("envelope", table, "value"));
  }

  @Test
  void flatValuesCarryTheChangeColumns() throws Exception {
    assertThat(shipped("artists-value").toString())
        .contains("\"__op\"", "\"__deleted\"", "\"__lsn\"", "\"__source_ts_ms\"");
  }

  private JsonNode shipped(String name) throws IOException {
    try (InputStream file =
        getClass().getResourceAsStream("/io/freshet/schemas/moma/" + name + ".avsc")) {
      return Connectors.JSON.readTree(file);
    }
  }

  /** What stands in the registry, with the shipped files' topic prefix and schema name. */
  private JsonNode registered(String prefix, String table, String part) throws Exception {
    String subject = "%s.museum.%s-%s".formatted(prefix, table, part);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    pipeline.env("FRESHET_REGISTRY_URL")
                        + "/apis/ccompat/v7/subjects/"
                        + subject
                        + "/versions/latest"))
            .build();
    HttpClient http = HttpClient.newHttpClient();
    HttpResponse<String> answer =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> http.send(request, HttpResponse.BodyHandlers.ofString()),
                response -> response.statusCode() == 200);
    String schema = Connectors.JSON.readTree(answer.body()).get("schema").asText();
    return Connectors.JSON.readTree(schema.replace(prefix + ".museum.", "moma.public."));
  }
}
