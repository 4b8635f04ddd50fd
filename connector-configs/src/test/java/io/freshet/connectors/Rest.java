package io.freshet.connectors;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Looks at the worker past the tool, to assert the state that the tool left. */
record Rest(URI connect) {
  HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(connect + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  JsonNode get(String path) {
    try {
      return JsonMapper.builder().build().readTree(send("GET", path, "").body());
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException(path, notJson);
    }
  }

  String state(String connector) {
    return get("/connectors/" + connector + "/status").at("/connector/state").asText("none");
  }

  String taskState(String connector) {
    return get("/connectors/" + connector + "/status").at("/tasks/0/state").asText("none");
  }

  void deleteAll() {
    get("/connectors").forEach(name -> send("DELETE", "/connectors/" + name.asText(), ""));
    await().until(() -> get("/connectors").isEmpty());
  }
}
