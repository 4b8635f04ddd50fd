package io.freshet.connect.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * Stands before a real S3 server, keeps what was asked of it, and can answer in its place. What the
 * server doesn't know is taken out of the requests that it gets. An HTTP proxy is one too: it gets
 * whole URLs.
 */
final class RecordingS3 implements AutoCloseable {
  /** Headers that the HTTP client writes by itself, or that speak to a proxy. */
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "content-length", "expect", "proxy-authorization", "transfer-encoding");

  /**
   * A request.
   *
   * @param headers with names in lower case
   */
  record Request(String method, URI uri, Map<String, String> headers) {
    /** The method, and what it is about if that isn't one object. */
    String kind() {
      String query = uri.getQuery() == null ? "" : uri.getQuery();
      String about =
          query.contains("list-type=")
              ? " list"
              : query.contains("partNumber=")
                  ? " part"
                  : query.contains("uploadId=")
                      ? " upload"
                      : query.startsWith("uploads") || query.contains("&uploads") ? " uploads" : "";
      return method + about;
    }

    String header(String name) {
      return headers.get(name);
    }
  }

  private record Rule(
      Predicate<Request> about,
      int status,
      Map<String, String> headers,
      String body,
      AtomicInteger left) {}

  private final URI target;
  private final Set<String> unknownHeaders;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CloseableHttpClient client =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(50)
                  .setMaxConnTotal(50)
                  .build())
          .disableAutomaticRetries()
          .disableContentCompression()
          .disableRedirectHandling()
          .build();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, String> unknownOfKind = new ConcurrentHashMap<>();
  private volatile Runnable beforeForward = () -> {};

  /**
   * @param target the real server's endpoint
   * @param unknownHeaders names of headers, in lower case, that it doesn't know
   */
  RecordingS3(String target, String... unknownHeaders) throws IOException {
    this.target = URI.create(target);
    this.unknownHeaders = Set.of(unknownHeaders);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  List<Request> requests(String kind) {
    return requests.stream().filter(request -> request.kind().equals(kind)).toList();
  }

  Request only(String kind) {
    List<Request> found = requests(kind);
    if (found.size() != 1) {
      throw new AssertionError(kind + " was asked " + found.size() + " times");
    }
    return found.get(0);
  }

  void forget() {
    requests.clear();
    rules.clear();
    unknownOfKind.clear();
  }

  /** As if the server didn't know a header in requests of a kind. */
  void forwardWithout(String kind, String header) {
    unknownOfKind.put(kind, header);
  }

  void beforeForward(Runnable action) {
    beforeForward = action;
  }

  /** Answers requests of a kind with an error of S3, a number of times. */
  RecordingS3 refuse(String kind, int times, int status, String code, String message) {
    return refuse(kind, times, status, code, message, Map.of());
  }

  RecordingS3 refuse(
      String kind,
      int times,
      int status,
      String code,
      String message,
      Map<String, String> headers) {
    rules.add(
        new Rule(
            request -> request.kind().equals(kind),
            status,
            headers,
            code.isEmpty()
                ? ""
                : "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, message),
            new AtomicInteger(times)));
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI(), headers);
      requests.add(request);
      for (Rule rule : rules) {
        if (rule.about().test(request) && rule.left().getAndDecrement() > 0) {
          rule.headers().forEach(exchange.getResponseHeaders()::add);
          answer(exchange, rule.status(), rule.body().getBytes(StandardCharsets.UTF_8));
          return;
        }
      }
      beforeForward.run();
      forward(exchange, request, body);
    }
  }

  private void forward(HttpExchange exchange, Request request, byte[] body) throws IOException {
    URI uri = request.uri();
    String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    HttpUriRequestBase forwarded = new HttpUriRequestBase(request.method(), target.resolve(path));
    request.headers().entrySet().stream()
        .filter(header -> !HOP_BY_HOP.contains(header.getKey()))
        .filter(header -> !unknownHeaders.contains(header.getKey()))
        .filter(header -> !header.getKey().equals(unknownOfKind.get(request.kind())))
        .forEach(header -> forwarded.setHeader(header.getKey(), header.getValue()));
    if (body.length > 0 || request.method().equals("PUT") || request.method().equals("POST")) {
      forwarded.setEntity(new ByteArrayEntity(body, (ContentType) null));
    }
    client.execute(
        forwarded,
        response -> {
          answer(exchange, response);
          return null;
        });
  }

  private static void answer(HttpExchange exchange, ClassicHttpResponse response)
      throws IOException {
    for (Header header : response.getHeaders()) {
      if (!HOP_BY_HOP.contains(header.getName().toLowerCase(Locale.ROOT))) {
        exchange.getResponseHeaders().add(header.getName(), header.getValue());
      }
    }
    byte[] body =
        response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
    answer(exchange, response.getCode(), body);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean silent = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(status, silent ? -1 : body.length);
    if (!silent) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdown();
    client.close();
  }
}
