package io.freshet.lake.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.freshet.lake.LakeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers over HTTP for a job: {@code /metrics}, {@code /status}, {@code /health} and {@code
 * /ready}. It is up before the job is, which may take minutes to open its tables.
 */
public final class StatusServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** What is answered for. */
  public interface Served {
    /** What it is doing. */
    JobStatus.Phase phase();

    /** Why it is broken; empty text where it is not. */
    String reason();

    /** Its status now. */
    JsonNode json();

    /** Its meters in Prometheus' text format; empty text for none. */
    String scrape();
  }

  /** A job that goes on and on. */
  public interface Job extends Served {
    /** Its status now. */
    JobStatus status();

    @Override
    default JobStatus.Phase phase() {
      return status().phase();
    }

    @Override
    default String reason() {
      return status().reason();
    }

    @Override
    default JsonNode json() {
      return StatusJson.of(status());
    }
  }

  private record Answer(int code, String type, String body) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private volatile Optional<Served> job = Optional.empty();

  private StatusServer(HttpServer server) {
    this.server = server;
    this.threads =
        Executors.newFixedThreadPool(
            2,
            work -> {
              Thread thread = new Thread(work, "status-server");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    answer("/metrics", this::metrics);
    answer("/status", this::status);
    answer("/health", this::health);
    answer("/ready", this::ready);
    answer("/", () -> new Answer(404, TEXT, "there are /metrics, /status, /health and /ready\n"));
  }

  /**
   * Begins to answer, for a job that is starting.
   *
   * @param listen where; port 0 for a free one
   * @throws LakeException if the address can't be listened on
   */
  public static StatusServer start(InetSocketAddress listen) {
    try {
      if (listen.isUnresolved()) {
        throw new IOException("unknown host");
      }
      StatusServer started = new StatusServer(HttpServer.create(listen, 16));
      started.server.start();
      LOG.info("status url={}", started.url());
      return started;
    } catch (IOException refused) {
      throw new LakeException(
          "lake.metrics.listen is %s:%d, which can't be listened on: %s; name another address, or port 0 for a free one"
              .formatted(listen.getHostString(), listen.getPort(), refused.getMessage()),
          refused);
    }
  }

  /** Answers for a job from now on. */
  public void answerFor(Served started) {
    job = Optional.of(started);
  }

  /** Where it is reached from this host. */
  public URI url() {
    InetSocketAddress address = server.getAddress();
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return URI.create(
        "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort()));
  }

  private Answer metrics() {
    return new Answer(200, PROMETHEUS, job.map(Served::scrape).orElse(""));
  }

  private Answer status() {
    return job.map(started -> new Answer(200, "application/json", started.json().toString()))
        .orElse(
            new Answer(
                200,
                "application/json",
                "{\"application\":\"%s\",\"state\":\"starting\",\"tables\":[]}"
                    .formatted(StatusJson.APPLICATION)));
  }

  /** Liveness: one failing table is no reason to start the whole job anew. */
  private Answer health() {
    Optional<String> broken =
        job.filter(started -> started.phase() == JobStatus.Phase.BROKEN).map(Served::reason);
    return new Answer(
        broken.isPresent() ? 503 : 200, TEXT, broken.map(reason -> reason + "\n").orElse("ok\n"));
  }

  private Answer ready() {
    JobStatus.Phase phase = job.map(Served::phase).orElse(JobStatus.Phase.STARTING);
    boolean ready = phase == JobStatus.Phase.RUNNING;
    return new Answer(ready ? 200 : 503, TEXT, phase.name().toLowerCase(Locale.ROOT) + "\n");
  }

  private void answer(String path, Supplier<Answer> answer) {
    server.createContext(path, exchange -> send(exchange, path, answer));
  }

  private static void send(HttpExchange exchange, String path, Supplier<Answer> answer)
      throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      Answer given;
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        given = new Answer(405, TEXT, "only GET\n");
      } else if (!path.equals("/") && !exchange.getRequestURI().getPath().equals(path)) {
        given = new Answer(404, TEXT, "there is " + path + "\n");
      } else {
        given = safely(path, answer);
      }
      byte[] body = given.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", given.type());
      exchange.sendResponseHeaders(given.code(), head || body.length == 0 ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static Answer safely(String path, Supplier<Answer> answer) {
    try {
      return answer.get();
    } catch (RuntimeException failed) {
      LOG.warn("{} could not be answered", path, failed);
      return new Answer(500, TEXT, "the job's log says why\n");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
