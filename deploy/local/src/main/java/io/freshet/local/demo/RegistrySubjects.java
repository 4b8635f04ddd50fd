package io.freshet.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.local.service.StackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The schemas that the registry has: the source connector's first messages bring them there. */
final class RegistrySubjects {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final URI subjects;
  private final Clock clock;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param registry base URL
   */
  RegistrySubjects(String registry, Clock clock) {
    this.subjects = URI.create(registry + "/apis/ccompat/v7/subjects");
    this.clock = clock;
  }

  /** Waits until all of these are there: the lake job asks for the keys' at its start. */
  void await(Set<String> wanted) throws InterruptedException {
    Instant deadline = clock.instant().plus(LIMIT);
    Set<String> missing = missing(wanted);
    while (!missing.isEmpty()) {
      if (clock.instant().isAfter(deadline)) {
        throw new StackException(
            "%s has no %s after %d s; what holds up the source connector is told by: freshet connectors status"
                .formatted(subjects, String.join(", ", missing), LIMIT.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      missing = missing(wanted);
    }
  }

  private Set<String> missing(Set<String> wanted) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(subjects).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new StackException(subjects + " answered with " + answer.statusCode());
      }
      Set<String> missing = new HashSet<>(wanted);
      for (JsonNode subject : new ObjectMapper().readTree(answer.body())) {
        missing.remove(subject.asText());
      }
      return missing;
    } catch (IOException e) {
      throw new StackException(subjects + " can't be read: " + e, e);
    }
  }
}
