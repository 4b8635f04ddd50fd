package io.freshet.lake.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.freshet.lake.config.SourceConfig;
import io.freshet.lake.source.LandingLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both clients against an S3 that counts for itself: an empty bucket, which refuses once. */
class StoreRequestsTest {
  private static final String EMPTY =
      "<ListBucketResult><Name>lake</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

  private final AtomicInteger received = new AtomicInteger();
  private final Configuration hadoop = new Configuration();
  private HttpServer s3;

  @BeforeEach
  void serve() throws IOException {
    s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    s3.createContext(
        "/",
        exchange -> {
          try (exchange) {
            boolean list = exchange.getRequestMethod().equals("GET");
            byte[] body = EMPTY.getBytes(StandardCharsets.UTF_8);
            int code = received.getAndIncrement() == 0 ? 503 : list ? 200 : 404;
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(code, code == 200 ? body.length : -1);
            if (code == 200) {
              exchange.getResponseBody().write(body);
            }
          }
        });
    s3.start();
    hadoop.set("fs.s3a.endpoint", "http://127.0.0.1:" + s3.getAddress().getPort());
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    hadoop.set("fs.s3a.path.style.access", "true");
    hadoop.set("fs.s3a.access.key", "id");
    hadoop.set("fs.s3a.secret.key", "secret");
    hadoop.set(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
  }

  @AfterEach
  void end() throws IOException {
    FileSystem.get(URI.create("s3a://lake/"), hadoop).close();
    s3.stop(0);
  }

  @Test
  void eachAttemptOfBothClientsCounts() throws IOException {
    StoreRequests requests =
        new StoreRequests(
            hadoop,
            List.of(
                URI.create("s3a://lake/warehouse"),
                URI.create("s3a://lake/topics"),
                URI.create("file:///tmp")));
    try (LandingLog log =
        LandingLog.open(
            SourceConfig.landing(URI.create("s3a://lake/topics"), Duration.ofSeconds(1)),
            hadoop,
            requests::countSource)) {
      assertThat(log.topics()).isEmpty();
    }
    assertThat(received).hasValue(2);
    assertThat(requests.counts()).isEqualTo(Map.of("source", 2L, "tables", 0L));

    Path table = new Path("s3a://lake/warehouse/moma/t");
    assertThat(table.getFileSystem(hadoop).exists(table)).isFalse();
    assertThat(requests.counts().get("tables")).isPositive().isEqualTo(received.get() - 2L);
  }
}
