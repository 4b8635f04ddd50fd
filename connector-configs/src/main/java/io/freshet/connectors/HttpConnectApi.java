package io.freshet.connectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@link ConnectApi} over HTTP. Every call is safe to repeat, so one that meets a rebalance (409),
 * a worker that is starting (503) or a refused connection is repeated until the deadline.
 */
final class HttpConnectApi implements ConnectApi {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final int FIRST_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  /** Attempts, at a {@link Deadline#pause} each, that a rebalance takes without being news. */
  private static final int USUAL_REBALANCE = 20;

  private static final Duration LAST_LOOK = Duration.ofSeconds(5);
  private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
  private static final TypeReference<List<Plugin>> PLUGINS = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> CONFIG = new TypeReference<>() {};
  private static final TypeReference<List<Validation.Definition>> DEFINITIONS =
      new TypeReference<>() {};

  private final URI base;
  private final Deadline deadline;
  private final boolean waitForWorker;
  private final Consumer<String> notes;
  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private boolean noted;

  /**
   * @param base the REST endpoint, without a slash at its end
   * @param waitForWorker whether a refused connection is tried again until the deadline
   * @param notes takes one line when the tool starts to wait
   */
  HttpConnectApi(URI base, Deadline deadline, boolean waitForWorker, Consumer<String> notes) {
    this.base = base;
    this.deadline = deadline;
    this.waitForWorker = waitForWorker;
    this.notes = notes;
  }

  @Override
  public List<String> connectors() {
    return read(expect(call("GET", "/connectors", null)), NAMES);
  }

  @Override
  public List<Plugin> plugins() {
    return read(expect(call("GET", "/connector-plugins", null)), PLUGINS);
  }

  @Override
  public List<Validation.Definition> definitions(String connectorClass) {
    return find(call("GET", "/connector-plugins/" + encode(connectorClass) + "/config", null))
        .map(answer -> read(answer, DEFINITIONS))
        .orElse(List.of());
  }

  @Override
  public Validation validate(String connectorClass, Map<String, String> config) {
    String path = "/connector-plugins/" + encode(connectorClass) + "/config/validate";
    return read(expect(call("PUT", path, config)), new TypeReference<Validation>() {});
  }

  @Override
  public Optional<Map<String, String>> config(String name) {
    return find(call("GET", connector(name, "/config"), null)).map(answer -> read(answer, CONFIG));
  }

  @Override
  public void put(String name, Map<String, String> config) {
    expect(call("PUT", connector(name, "/config"), config));
  }

  @Override
  public Optional<ConnectorStatus> status(String name) {
    return find(call("GET", connector(name, "/status"), null))
        .map(answer -> read(answer, new TypeReference<ConnectorStatus>() {}));
  }

  @Override
  public List<Integer> taskIds(String name) {
    // The tasks' configs stand in this answer too and may hold secrets: only the ids are read.
    List<Integer> ids = new ArrayList<>();
    find(call("GET", connector(name, "/tasks"), null))
        .map(answer -> read(answer, new TypeReference<JsonNode>() {}))
        .ifPresent(tasks -> tasks.forEach(task -> ids.add(task.at("/id/task").asInt())));
    return ids;
  }

  @Override
  public void stop(String name) {
    expect(call("PUT", connector(name, "/stop"), null));
  }

  @Override
  public void resume(String name) {
    expect(call("PUT", connector(name, "/resume"), null));
  }

  @Override
  public void restartInstance(String name) {
    expect(call("POST", connector(name, "/restart?includeTasks=false"), null));
  }

  @Override
  public void delete(String name) {
    find(call("DELETE", connector(name, ""), null));
  }

  private HttpResponse<String> call(String method, String path, Map<String, String> body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : json(body));
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<String> answer =
            http.send(request.timeout(patience()).build(), BodyHandlers.ofString());
        if (!isBusy(answer)) {
          return answer;
        }
        if (deadline.passed()) {
          throw CommandException.unreachable(
              "Kafka Connect at "
                  + base
                  + " is still busy after "
                  + deadline.text()
                  + ": "
                  + message(answer)
                  + "; try again, or give more --timeout",
              null);
        }
        if (attempt > USUAL_REBALANCE) {
          note("waiting for Kafka Connect: " + message(answer));
        }
      } catch (IOException failed) {
        if (!waitForWorker || deadline.passed()) {
          throw CommandException.unreachable(
              "Kafka Connect at "
                  + base
                  + " cannot be reached: "
                  + reason(failed)
                  + "; is the worker up, and is --connect right?",
              failed);
        }
        note("waiting for Kafka Connect at " + base + ": " + reason(failed));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw CommandException.unreachable("interrupted while waiting", interrupted);
      }
      deadline.pause();
    }
  }

  /** Connect answers some requests that meet a rebalance with 500 instead of 409. */
  private boolean isBusy(HttpResponse<String> answer) {
    return switch (answer.statusCode()) {
      case CONFLICT, UNAVAILABLE -> true;
      case FIRST_SERVER_ERROR -> message(answer).contains("because a rebalance is expected");
      default -> false;
    };
  }

  /** A look at the very end of the allowed time still gets its answer, for a useful last word. */
  private Duration patience() {
    Duration left = deadline.left();
    return left.compareTo(LAST_LOOK) < 0 ? LAST_LOOK : left;
  }

  private void note(String text) {
    if (!noted) {
      noted = true;
      notes.accept(text);
    }
  }

  private static String reason(IOException failed) {
    if (failed instanceof java.net.http.HttpTimeoutException) {
      return "no answer in time";
    }
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.nio.channels.UnresolvedAddressException) {
        return "unknown host";
      }
    }
    if (failed instanceof java.net.ConnectException) {
      return "connection refused";
    }
    return OneLine.of(failed.toString());
  }

  private Optional<HttpResponse<String>> find(HttpResponse<String> answer) {
    if (answer.statusCode() == NOT_FOUND) {
      // A 404 of another server must not pass for a connector that does not exist.
      message(answer);
      return Optional.empty();
    }
    return Optional.of(expect(answer));
  }

  private HttpResponse<String> expect(HttpResponse<String> answer) {
    if (answer.statusCode() < FIRST_ERROR) {
      return answer;
    }
    String message = message(answer);
    if (answer.statusCode() >= FIRST_SERVER_ERROR && message.startsWith("Request timed out")) {
      throw CommandException.unreachable("Kafka Connect at " + base + ": " + message, null);
    }
    throw CommandException.rejected(
        "Kafka Connect refused (" + answer.statusCode() + "): " + message);
  }

  private String message(HttpResponse<String> answer) {
    JsonNode text = read(answer, new TypeReference<JsonNode>() {}).get("message");
    if (text == null) {
      throw notConnect(null);
    }
    return OneLine.of(text.asText());
  }

  private <T> T read(HttpResponse<String> answer, TypeReference<T> type) {
    try {
      T value = mapper.readValue(answer.body(), type);
      if (value == null) {
        throw notConnect(null);
      }
      return value;
    } catch (JsonProcessingException notJson) {
      // The answer may hold secrets, so neither it nor the parser's excerpt of it is passed on.
      notJson.clearLocation();
      throw notConnect(notJson.getClass().getSimpleName());
    }
  }

  private CommandException notConnect(String detail) {
    return CommandException.unreachable(
        base
            + " does not answer like Kafka Connect's REST API"
            + (detail == null ? "" : " (" + detail + ")")
            + "; is --connect right?",
        null);
  }

  private HttpRequest.BodyPublisher json(Map<String, String> body) {
    try {
      return BodyPublishers.ofString(mapper.writeValueAsString(body));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a map of strings is always JSON", impossible);
    }
  }

  private static String connector(String name, String rest) {
    return "/connectors/" + encode(name) + rest;
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
