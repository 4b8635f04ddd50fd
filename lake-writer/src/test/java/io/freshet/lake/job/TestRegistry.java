package io.freshet.lake.job;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Answers for the key schema of every topic that begins with {@code moma.}: an artist_id. */
final class TestRegistry implements AutoCloseable {
  private final HttpServer server;

  TestRegistry() throws IOException {
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
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 404, known ? body.length : -1);
          if (known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
