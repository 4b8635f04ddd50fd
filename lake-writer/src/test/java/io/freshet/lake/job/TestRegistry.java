package io.freshet.lake.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** Answers for the schemas of every topic that begins with {@code moma.}: an artist's. */
public final class TestRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Value schemas by their content ids. */
  final Map<Long, Schema> schemas = new ConcurrentHashMap<>();

  private final HttpServer server;

  public TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/apis/ccompat/v7/subjects",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          boolean list = path.endsWith("/subjects");
          boolean known = list || path.contains("/moma.") && !path.contains("keyless");
          String answer =
              list
                  ? "[\"moma.public.artists-key\",\"moma.public.artists-value\"]"
                  : "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Key\\\",\\\"fields\\\":[{\\\"name\\\":\\\"artist_id\\\",\\\"type\\\":\\\"int\\\"}]}\"}";
          if (path.endsWith("-value/versions/latest")) {
            answer = JSON.writeValueAsString(Map.of("schema", TestLog.MESSAGE.toString()));
          }
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 404, known ? body.length : -1);
          if (known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.createContext(
        "/apis/ccompat/v7/schemas/ids/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          Schema schema = schemas.get(Long.parseLong(path.substring(path.lastIndexOf('/') + 1)));
          byte[] body =
              schema == null
                  ? new byte[0]
                  : JSON.writeValueAsBytes(Map.of("schema", schema.toString()));
          exchange.sendResponseHeaders(
              schema == null ? 404 : 200, schema == null ? -1 : body.length);
          if (schema != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
