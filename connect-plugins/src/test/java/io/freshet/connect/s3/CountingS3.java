package io.freshet.connect.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A bucket with more objects than a file system store lists in a test's time: lists them as S3
 * does, a thousand at a time, and remembers the requests.
 */
final class CountingS3 implements AutoCloseable {
  private static final int PAGE = 1_000;

  private final NavigableMap<String, Map<String, String>> objects = new TreeMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  CountingS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  void put(String key, Map<String, String> metadata) {
    objects.put(key, metadata);
  }

  /** {@code LIST} or {@code HEAD}, in their order. */
  List<String> requests() {
    return requests;
  }

  ObjectStore store() {
    Map<String, String> properties =
        Map.of(
            "s3.bucket.name", "lake",
            "store.url", "http://127.0.0.1:" + server.getAddress().getPort(),
            "aws.access.key.id", "local",
            "aws.secret.access.key", "localsecret");
    StoreOptions options = S3SinkConfig.parse(properties).store();
    return S3ObjectStore.connect(options);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestURI().getPath().replaceFirst("^/lake/?", "");
    if (key.isEmpty()) {
      requests.add("LIST");
      byte[] body = list(query(exchange)).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/xml");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else {
      requests.add(exchange.getRequestMethod());
      Map<String, String> metadata = objects.get(key);
      if (metadata != null) {
        metadata.forEach(
            (name, value) -> exchange.getResponseHeaders().add("x-amz-meta-" + name, value));
      }
      exchange.sendResponseHeaders(metadata == null ? 404 : 200, -1);
    }
    exchange.close();
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(
          parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private String list(Map<String, String> query) {
    String prefix = query.getOrDefault("prefix", "");
    String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
    List<String> page =
        objects.tailMap(after, false).keySet().stream()
            .filter(key -> key.startsWith(prefix))
            .limit(PAGE + 1)
            .toList();
    boolean truncated = page.size() > PAGE;
    StringBuilder xml = new StringBuilder("<ListBucketResult><Name>lake</Name>");
    xml.append("<IsTruncated>").append(truncated).append("</IsTruncated>");
    if (truncated) {
      xml.append("<NextContinuationToken>")
          .append(page.get(PAGE - 1))
          .append("</NextContinuationToken>");
    }
    page.stream()
        .limit(PAGE)
        .forEach(key -> xml.append("<Contents><Key>").append(key).append("</Key></Contents>"));
    return xml.append("</ListBucketResult>").toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
