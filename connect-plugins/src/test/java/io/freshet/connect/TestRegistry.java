package io.freshet.connect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** Answers the two questions that the sink has for a registry, over real HTTP. */
public final class TestRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile int status = 200;

  public TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(path);
    String answer = answers.get(path);
    int code = status != 200 ? status : answer == null ? 404 : 200;
    byte[] body = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public TestRegistry content(long id, Schema schema) {
    return content(id, Map.of("schema", schema.toString(), "references", List.of()));
  }

  public TestRegistry content(long id, Map<String, ?> answer) {
    try {
      answers.put(
          "/apis/ccompat/v7/schemas/ids/" + id, new ObjectMapper().writeValueAsString(answer));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  public TestRegistry global(long id, Schema schema) {
    answers.put("/apis/registry/v2/ids/globalIds/" + id, schema.toString());
    return this;
  }

  /** From now on every answer has this status; 200 ends it. */
  public void fail(int withStatus) {
    status = withStatus;
  }

  public List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
