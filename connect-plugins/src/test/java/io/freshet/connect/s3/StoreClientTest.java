package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the client talks: retries, timeouts, proxy, acceleration. */
class StoreClientTest extends StoreFixture {
  @ParameterizedTest
  @CsvSource({
    "503, SlowDown",
    "503, ServiceUnavailable",
    "500, InternalError",
    "429, TooManyRequests"
  })
  void aPassingFailureIsTriedAgainAtOnce(int status, String code) throws Exception {
    recording.refuse("PUT", 2, status, code, "later");
    try (S3ObjectStore store = store("s3.part.retries", "2")) {
      assertThat(put(store, 10)).isTrue();
    }
    assertThat(recording.requests("PUT")).hasSize(3);
    assertThat(s3.keys(key)).containsExactly(key);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "9, 10"})
  void asOftenAsAskedFor(int retries, int attempts) {
    recording.refuse("PUT", Integer.MAX_VALUE, 503, "SlowDown", "later");
    try (S3ObjectStore store = store("s3.part.retries", Integer.toString(retries))) {
      assertThatThrownBy(() -> put(store, 10))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("HTTP 503 SlowDown");
    }
    assertThat(recording.requests("PUT")).hasSize(attempts);
  }

  /** The SDK's own budget for retries ends after a hundred of them in a row. */
  @Test
  void alsoWhenTheStoreIsThrottledForLong() {
    recording.refuse("PUT", Integer.MAX_VALUE, 500, "InternalError", "later");
    try (S3ObjectStore store = store("s3.part.retries", "60", "s3.retry.backoff.ms", "0")) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> put(store, 10)).isInstanceOf(RetriableException.class);
      }
    }
    assertThat(recording.requests("PUT")).hasSize(3 * 61);
  }

  @Test
  void theWaitIsDrawnBelowALimitThatDoubles() {
    recording.refuse("PUT", Integer.MAX_VALUE, 503, "SlowDown", "later");
    long patient = failing("40", "8");
    long impatient = failing("0", "8");
    // Eight waits below 40, 80, ... 5,120 ms: 5,100 ms in the mean, and all but never below 100.
    assertThat(patient - impatient).isBetween(100L, 15_000L);
  }

  private long failing(String backoffMs, String retries) {
    long start = System.nanoTime();
    try (S3ObjectStore store =
        store("s3.retry.backoff.ms", backoffMs, "s3.part.retries", retries)) {
      assertThatThrownBy(() -> put(store, 10)).isInstanceOf(RetriableException.class);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** A server that takes requests and never answers. */
  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForLongerThanAskedFor() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        S3ObjectStore store =
            store(
                "store.url", "http://127.0.0.1:" + silent.getLocalPort(),
                "s3.request.timeout.ms", "300",
                "s3.part.retries", "1")) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> put(store, 10)).isInstanceOf(RetriableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
    }
  }

  @Test
  void anUploadWaitsForConsentUnlessToldNotTo() throws Exception {
    try (S3ObjectStore store = store()) {
      put(store, 10);
    }
    assertThat(recording.only("PUT").header("expect")).isEqualTo("100-continue");
    recording.forget();
    try (S3ObjectStore store = store("s3.http.send.expect.continue", "false")) {
      put(store, 10);
    }
    assertThat(recording.only("PUT").header("expect")).isNull();
  }

  @Test
  void theProxyIsGoneThroughWithItsUser() throws Exception {
    try (RecordingS3 proxy = new RecordingS3(s3.endpoint());
        S3ObjectStore store =
            store(
                "store.url",
                s3.endpoint(),
                "s3.proxy.url",
                proxy.url(),
                "s3.proxy.user",
                "ann",
                "s3.proxy.password",
                "proxysecret")) {
      assertThat(put(store, 10)).isTrue();
      RecordingS3.Request request = proxy.only("PUT");
      assertThat(request.uri())
          .as("a proxy is told the whole URL")
          .hasToString(s3.endpoint() + "/" + s3.bucket() + "/" + key);
      assertThat(request.header("proxy-authorization"))
          .isEqualTo(
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString("ann:proxysecret".getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(s3.keys(key)).containsExactly(key);
  }

  @ParameterizedTest
  @CsvSource({
    "s3.proxy.url, http://ann:proxysecret@127.0.0.1:3128, s3.proxy.url, must not hold a user",
    "s3.proxy.url, proxy:3128, s3.proxy.url, must be an http or https URL",
    "s3.proxy.user, ann, s3.proxy.url, s3.proxy.url is missing",
    "store.url, http://ann:proxysecret@127.0.0.1:3128, store.url, must not hold a user"
  })
  void aProxyThatCantBeIsNamed(String property, String value, String at, String says) {
    assertThat(errors(property, value)).containsOnlyKeys(at);
    assertThat(errors(property, value).toString()).contains(says).doesNotContain("proxysecret");
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws Exception {
    String url;
    try (ServerSocket socket = new ServerSocket(0)) {
      url = "http://127.0.0.1:" + socket.getLocalPort();
    }
    assertThat(errors("s3.proxy.url", url)).containsOnlyKeys("s3.proxy.url");
    assertThat(errors("s3.proxy.url", url).toString()).contains("through s3.proxy.url=" + url);
  }

  @Test
  void aProxyThatAsksForAUserIsNamed() throws Exception {
    try (RecordingS3 proxy = new RecordingS3(s3.endpoint())) {
      proxy.refuse("GET list", 100, 407, "", "");
      assertThat(errors("s3.proxy.url", proxy.url())).containsOnlyKeys("s3.proxy.user");
    }
  }

  /** The only look at a request to AWS that stays here: a proxy is told the host first. */
  @Test
  void accelerationAsksAnotherHost() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> connect = CompletableFuture.supplyAsync(() -> firstLine(proxy));
      try (S3ObjectStore store =
          store(
              "store.url", null,
              "s3.region", "eu-west-1",
              "s3.wan.mode", "true",
              "s3.part.retries", "0",
              "s3.proxy.url", "http://127.0.0.1:" + proxy.getLocalPort())) {
        assertThatThrownBy(() -> put(store, 10)).isInstanceOf(RuntimeException.class);
      }
      assertThat(connect.get(10, TimeUnit.SECONDS))
          .startsWith("CONNECT " + s3.bucket() + ".s3-accelerate.amazonaws.com:443 ");
    }
  }

  private static String firstLine(ServerSocket server) {
    try (Socket socket = server.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = in.readLine();
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return line;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void accelerationIsOfAwsAlone() {
    assertThat(errors("s3.wan.mode", "true")).containsOnlyKeys("s3.wan.mode");
    assertThat(errors("s3.wan.mode", "true").toString()).contains("can't be used with store.url");
  }
}
