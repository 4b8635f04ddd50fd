package io.freshet.lake.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks a running job for its status. */
public final class StatusClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * @param base where the job is asked, such as {@code http://127.0.0.1:9404}
   * @param application which job it must be
   * @return what {@code /status} says; empty if nothing answers there, or something else does
   */
  public Optional<JsonNode> ask(URI base, String application) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(base.resolve("/status")).timeout(TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode status = JSON.readTree(answer.body());
      return Optional.of(status)
          .filter(json -> json.path("application").asText().equals(application));
    } catch (IOException nothingThere) {
      return Optional.empty();
    }
  }
}
