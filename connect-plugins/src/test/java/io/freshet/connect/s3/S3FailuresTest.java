package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What S3's answers mean, through the real client: a server that can be told to fail. */
class S3FailuresTest {
  private static final int PART_BYTES = 5 * 1024 * 1024;

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private S3ObjectStore store;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Map<String, String> properties = new HashMap<>();
    properties.put("s3.bucket.name", "lake");
    properties.put("store.url", "http://127.0.0.1:" + server.getAddress().getPort());
    properties.put("aws.access.key.id", "local");
    properties.put("aws.secret.access.key", "localsecret");
    properties.put("registry.url", "http://unused");
    properties.put("s3.part.size", Integer.toString(PART_BYTES));
    properties.put("s3.retry.backoff.ms", "1");
    store = S3ObjectStore.connect(S3SinkConfig.parse(properties).store());
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  /** Every request is one of: the method, with the kind of a request for an upload in parts. */
  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String query = exchange.getRequestURI().getQuery();
    String kind =
        query == null
            ? ""
            : query.contains("uploads")
                ? " start"
                : query.contains("partNumber")
                    ? " part"
                    : query.contains("uploadId") ? " upload" : "";
    String request = exchange.getRequestMethod() + kind;
    requests.add(request);
    Answer answer = answers.getOrDefault(request, new Answer(200, ""));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("ETag", "\"0\"");
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Answer error(int status, String code) {
    return new Answer(
        status, "<Error><Code>%s</Code><Message>as told</Message></Error>".formatted(code));
  }

  private boolean put(int bytes) throws IOException {
    try (SpoolBuffer payload = TestBuffers.onHeap()) {
      payload.write(new byte[bytes]);
      return store.putIfAbsent("topics/key", payload, Map.of());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "503, SlowDown",
    "503, ServiceUnavailable",
    "500, InternalError",
    "429, TooManyRequests",
    "409, ConditionalRequestConflict",
    "400, RequestTimeout",
    "400, ExpiredToken"
  })
  void someAnswersAskForPatience(int status, String code) {
    answers.put("PUT", error(status, code));
    assertThatThrownBy(() -> put(10))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("S3 could not put s3://lake/topics/key: HTTP " + status + " " + code);
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, s3:PutObject",
    "404, NoSuchBucket, check s3.bucket.name",
    "501, NotImplemented, s3.conditional.writes"
  })
  void someAnswersAreRefusals(int status, String code, String fix) {
    answers.put("PUT", error(status, code));
    assertThatThrownBy(() -> put(10))
        .isInstanceOf(ConnectException.class)
        .isNotInstanceOf(RetriableException.class)
        .hasMessageContaining("s3://lake/topics/key: HTTP " + status + " " + code)
        .hasMessageContaining(fix);
  }

  @Test
  void aFailedPreconditionMeansThatTheKeyIsTaken() throws IOException {
    answers.put("PUT", error(412, "PreconditionFailed"));
    assertThat(put(10)).isFalse();
    assertThat(requests).as("the SDK doesn't retry it").containsExactly("PUT");
  }

  @Test
  void aLostConnectionAsksForPatience() {
    server.stop(0);
    assertThatThrownBy(() -> put(10)).isInstanceOf(RetriableException.class);
    assertThatThrownBy(() -> store.metadata("key")).isInstanceOf(RetriableException.class);
    assertThatThrownBy(() -> store.list("a", "a").iterator().hasNext())
        .isInstanceOf(RetriableException.class);
  }

  @Test
  void aFailedUploadInPartsIsAborted() {
    uploadStarts();
    answers.put("PUT part", error(503, "SlowDown"));
    assertThatThrownBy(() -> put(PART_BYTES + 1)).isInstanceOf(RetriableException.class);
    assertThat(requests).contains("DELETE upload");
  }

  @Test
  void anAbortThatFailsTooDoesNotHideTheCause() {
    uploadStarts();
    answers.put("PUT part", error(403, "AccessDenied"));
    answers.put("DELETE upload", error(500, "InternalError"));
    assertThatThrownBy(() -> put(PART_BYTES + 1))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("AccessDenied");
  }

  @Test
  void anUploadThatIsGoneWasCompletedOrAborted() throws IOException {
    uploadStarts();
    answers.put("POST upload", error(404, "NoSuchUpload"));
    assertThat(put(PART_BYTES + 1)).as("the key is taken, perhaps by us").isFalse();
    answers.put("HEAD", new Answer(404, ""));
    assertThatThrownBy(() -> put(PART_BYTES + 1))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("was aborted");
  }

  private void uploadStarts() {
    answers.put(
        "POST start",
        new Answer(
            200,
            "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"));
    answers.put(
        "POST upload",
        new Answer(
            200, "<CompleteMultipartUploadResult><ETag>0</ETag></CompleteMultipartUploadResult>"));
  }
}
