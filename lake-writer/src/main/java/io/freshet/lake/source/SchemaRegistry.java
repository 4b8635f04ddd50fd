package io.freshet.lake.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.LakeException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** Apicurio Registry, through the Confluent-compatible API that it serves under its base URL. */
public final class SchemaRegistry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String KEY_SUFFIX = "-key";
  private static final String VALUE_SUFFIX = "-value";

  private final URI base;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * @param base such as {@code http://127.0.0.1:8081}
   */
  public SchemaRegistry(URI base) {
    this.base = base;
  }

  /**
   * Names of a topic's key columns, in the key schema's order.
   *
   * @return empty if no key schema is registered for the topic
   * @throws LakeException if the registry can't be asked, or the key is not a record
   */
  public Optional<List<String>> keyColumns(String topic) {
    String subject = URLEncoder.encode(topic + KEY_SUFFIX, StandardCharsets.UTF_8);
    return get("/apis/ccompat/v7/subjects/" + subject + "/versions/latest")
        .map(
            answer -> {
              Schema key = new Schema.Parser().parse(answer.path("schema").asText());
              if (key.getType() != Schema.Type.RECORD || key.getFields().isEmpty()) {
                throw new LakeException(
                    "the key of topic %s is %s, not a record of columns; a lake table needs the source table's primary key"
                        .formatted(topic, key));
              }
              return key.getFields().stream().map(Schema.Field::name).toList();
            });
  }

  /**
   * The newest schema of a topic's messages.
   *
   * @return empty if none is registered for the topic
   * @throws LakeException if the registry can't be asked
   */
  public Optional<Schema> valueSchema(String topic) {
    String subject = URLEncoder.encode(topic + VALUE_SUFFIX, StandardCharsets.UTF_8);
    return get("/apis/ccompat/v7/subjects/" + subject + "/versions/latest")
        .map(answer -> new Schema.Parser().parse(answer.path("schema").asText()));
  }

  /**
   * A schema by its id.
   *
   * @param globalId whether the id numbers versions of artifacts rather than contents
   * @throws UnknownSchemaException if the registry has no such schema
   * @throws LakeException if the registry can't be asked
   */
  public Schema schema(boolean globalId, long id) {
    Optional<Schema> schema =
        globalId
            ? get("/apis/registry/v2/ids/globalIds/" + id)
                .map(answer -> new Schema.Parser().parse(answer.toString()))
            : get("/apis/ccompat/v7/schemas/ids/" + id)
                .map(answer -> new Schema.Parser().parse(answer.path("schema").asText()));
    return schema.orElseThrow(
        () ->
            new UnknownSchemaException(
                "registry %s has no schema with the %s id %d; is it the one that the source connector writes to, and is source.registry-id right?"
                    .formatted(base, globalId ? "global" : "content", id)));
  }

  /** Topics that have a key schema. */
  public List<String> topicsWithKeys() {
    List<String> topics = new ArrayList<>();
    get("/apis/ccompat/v7/subjects")
        .ifPresent(
            subjects ->
                subjects.forEach(
                    subject -> {
                      String name = subject.asText();
                      if (name.endsWith(KEY_SUFFIX)) {
                        topics.add(name.substring(0, name.length() - KEY_SUFFIX.length()));
                      }
                    }));
    return topics;
  }

  private Optional<JsonNode> get(String path) {
    String url = base.toString().replaceAll("/+$", "") + path;
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 404) {
        return Optional.empty();
      }
      if (answer.statusCode() != 200) {
        throw new LakeException(
            "registry answered %d to %s; registry must be Apicurio's base URL, such as http://host:8081"
                .formatted(answer.statusCode(), url));
      }
      return Optional.of(JSON.readTree(answer.body()));
    } catch (IOException unreachable) {
      throw new LakeException(
          "registry %s can't be reached: %s; is it running, and is 'registry' its base URL?"
              .formatted(
                  base,
                  unreachable.getMessage() == null
                      ? unreachable.getClass().getSimpleName()
                      : unreachable.getMessage()),
          unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LakeException("interrupted while asking the registry", interrupted);
    }
  }
}
