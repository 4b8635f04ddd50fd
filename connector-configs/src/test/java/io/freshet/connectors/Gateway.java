package io.freshet.connectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before the real worker and says "rebalancing" to the first changes, as a worker does at
 * moments that a test can't choose.
 */
final class Gateway implements AutoCloseable {
  private static final String REBALANCE =
      "{\"error_code\":409,\"message\":\"Cannot complete request momentarily due to no known leader"
          + " URL, likely because a rebalance was underway.\"}";

  private final HttpServer server;
  private final Rest worker;
  private final AtomicInteger conflictsLeft;

  Gateway(ConnectCluster cluster, int port, int conflicts) throws IOException {
    worker = new Rest(cluster.url());
    conflictsLeft = new AtomicInteger(conflicts);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::pass);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  int conflictsLeft() {
    return conflictsLeft.get();
  }

  private void pass(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    String query = exchange.getRequestURI().getRawQuery();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean changes = path.startsWith("/connectors/") && !"GET".equals(method);
    if (changes && conflictsLeft.get() > 0 && conflictsLeft.getAndDecrement() > 0) {
      answer(exchange, 409, REBALANCE);
      return;
    }
    HttpResponse<String> answer =
        worker.send(method, query == null ? path : path + "?" + query, body);
    answer(exchange, answer.statusCode(), answer.body());
  }

  private static void answer(HttpExchange exchange, int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
