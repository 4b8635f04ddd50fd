package io.freshet.connect.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/**
 * Reads schemas from an Apicurio Registry (2.x API; 3.x serves it too), each id once. Content ids
 * go through its Confluent-compatible API, global ids through its own. Used by one thread.
 */
public final class SchemaRegistry {
  private static final Pattern URL =
      Pattern.compile("(?<base>https?://[^/@?#]+(?:/[^?#]*?)??)(?<api>/apis/[^?#]*)?");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int TRIES = 3;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<SchemaId, LandedSchema> known = new HashMap<>();
  private final Map<SchemaId, Schema> messages = new HashMap<>();
  private final String contentIds;
  private final String globalIds;
  private final String base;
  private LandedSchema last;

  /**
   * @param url the registry's base such as {@code http://127.0.0.1:8081}, or the full URL of its
   *     Confluent-compatible API
   * @throws IllegalArgumentException if it is neither, or carries a user name
   */
  public SchemaRegistry(String url) {
    Matcher parts = URL.matcher(url.replaceAll("/+$", ""));
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "must be an http or https URL without a user name, such as http://127.0.0.1:8081");
    }
    base = parts.group("base");
    URI.create(base);
    String api = parts.group("api");
    String compatible = api != null && api.startsWith("/apis/ccompat/") ? api : "/apis/ccompat/v7";
    contentIds = base + compatible + "/schemas/ids/";
    globalIds = base + "/apis/registry/v2/ids/globalIds/";
  }

  /**
   * @throws UnknownSchemaException if the registry has no Avro schema under the id
   * @throws RetriableException if the registry can't be reached, or can't answer just now
   * @throws ConnectException if it refuses to answer
   */
  LandedSchema schema(SchemaId id) throws UnknownSchemaException {
    // Most messages have the schema of the one before.
    if (last == null || !last.id().equals(id)) {
      LandedSchema schema = known.get(id);
      if (schema == null) {
        schema = landed(id, message(id));
        known.put(id, schema);
      }
      last = schema;
    }
    return last;
  }

  /**
   * The schema as it was registered.
   *
   * @throws UnknownSchemaException see {@link #schema}
   */
  Schema message(SchemaId id) throws UnknownSchemaException {
    Schema schema = messages.get(id);
    if (schema == null) {
      schema = parse(id, fetch(id));
      messages.put(id, schema);
    }
    return schema;
  }

  /**
   * Asks whether anything answers at the registry's address.
   *
   * @throws RetriableException if nothing does
   */
  public void checkReachable() {
    get(base + "/apis/registry/v2/system/info");
  }

  private String fetch(SchemaId id) throws UnknownSchemaException {
    boolean content = id.kind() == SchemaId.Kind.CONTENT;
    HttpResponse<String> answer = get((content ? contentIds : globalIds) + id.id());
    if (answer.statusCode() == 404) {
      throw new UnknownSchemaException("the registry at " + base + " has no schema with " + id);
    }
    if (answer.statusCode() != 200) {
      throw new ConnectException(
          "the registry answered HTTP %d to %s; check registry.url and its access rules"
              .formatted(answer.statusCode(), answer.uri()));
    }
    return content ? schemaText(id, answer) : answer.body();
  }

  private String schemaText(SchemaId id, HttpResponse<String> answer)
      throws UnknownSchemaException {
    try {
      JsonNode body = json.readTree(answer.body());
      String type = body.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw new UnknownSchemaException("the schema with " + id + " is " + type + ", not Avro");
      }
      if (!body.path("references").isEmpty()) {
        throw new UnknownSchemaException(
            "the schema with " + id + " refers to other artifacts; register it in one piece");
      }
      if (body.path("schema").isTextual()) {
        return body.path("schema").asText();
      }
    } catch (JsonProcessingException notJson) {
      throw new ConnectException(answer.uri() + " did not answer with JSON", notJson);
    }
    throw new ConnectException(
        answer.uri() + " answered without a schema; is registry.url an Apicurio Registry?");
  }

  /** A final answer: neither a failed connection nor a server that asks for patience. */
  private HttpResponse<String> get(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(TIMEOUT)
            .header("Accept", "application/json, application/vnd.schemaregistry.v1+json")
            .build();
    RetriableException failure = null;
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() < 500 && answer.statusCode() != 429) {
          return answer;
        }
        failure =
            new RetriableException(
                "the registry answered HTTP %d to %s".formatted(answer.statusCode(), url));
      } catch (IOException unreachable) {
        failure =
            new RetriableException(
                "the registry at "
                    + base
                    + " can't be reached ("
                    + unreachable.getClass().getSimpleName()
                    + "); is it running, and is registry.url right?",
                unreachable);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new RetriableException("interrupted while asking " + url, stopped);
      }
    }
    throw failure;
  }

  private static Schema parse(SchemaId id, String text) throws UnknownSchemaException {
    try {
      // What the registry and the producer accepted is not judged here by its defaults.
      return new Schema.Parser().setValidateDefaults(false).parse(text);
    } catch (AvroRuntimeException | NullPointerException notAvro) {
      // The parser of Avro 1.12 stumbles over a type that is defined nowhere.
      throw new UnknownSchemaException(
          "the schema with " + id + " is not a whole Avro schema: " + notAvro.getMessage(),
          notAvro);
    }
  }

  private static LandedSchema landed(SchemaId id, Schema message) throws UnknownSchemaException {
    try {
      return LandedSchema.of(id, message);
    } catch (IllegalArgumentException taken) {
      throw new UnknownSchemaException(taken.getMessage(), taken);
    }
  }
}
