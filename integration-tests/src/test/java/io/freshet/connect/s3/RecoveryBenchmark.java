package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Requests that a partition's owner needs to find where the landing log ends, on a real server. */
class RecoveryBenchmark {
  private static final TopicPartition PARTITION = new TopicPartition("moma.public.artworks", 3);
  private static final String BUCKET = "lake";
  private static final int RECORDS = 10;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  @TempDir private Path folder;
  private S3Proxy server;
  private S3Client client;

  @BeforeEach
  void start() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
    properties.setProperty("s3proxy.authorization", "none");
    properties.setProperty("jclouds.filesystem.basedir", folder.toString());
    server =
        S3Proxy.Builder.fromProperties(properties)
            .blobStore(BlobStores.create("filesystem-nio2", properties))
            .build();
    server.start();
    client =
        S3Client.builder()
            .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(Duration.ofMinutes(2)))
            .endpointOverride(URI.create("http://127.0.0.1:" + server.getPort()))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .overrideConfiguration(c -> c.addExecutionInterceptor(new Recorder(requests)))
            .build();
    client.createBucket(r -> r.bucket(BUCKET));
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.stop();
  }

  /** Attempts count, not calls: one that is tried again is two. */
  private record Recorder(List<String> requests) implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(Context.BeforeTransmission request, ExecutionAttributes of) {
      requests.add(request.request().getClass().getSimpleName());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 100_000})
  void endOfALogOf(int objects) throws IOException {
    String last = land(objects);
    measure(objects, "with the hint", Optional.of(last), 2);
    measure(objects, "without it", Optional.empty(), 2 + objects / 1_000);
  }

  private void measure(int objects, String how, Optional<String> hint, int most) {
    requests.clear();
    StoreOptions options = S3SinkConfig.parse(Map.of("s3.bucket.name", BUCKET)).store();
    LandingLog log = new FileLog(new S3ObjectStore(client, options), "topics", "avro");
    long began = System.nanoTime();
    assertThat(log.tail(PARTITION, hint).orElseThrow().next()).isEqualTo((long) objects * RECORDS);
    System.out.printf(
        "%,7d landed objects, end found %s: %d requests (bar %d), %,d ms%n",
        objects, how, requests.size(), most, (System.nanoTime() - began) / 1_000_000);
    assertThat(requests).hasSizeLessThanOrEqualTo(most);
  }

  /** Only the last object is read; the others are put where the server keeps its files. */
  private String land(int objects) throws IOException {
    for (long i = 0; i < objects - 1; i++) {
      Path file = folder.resolve(BUCKET).resolve(key(i * RECORDS));
      if (i == 0) {
        Files.createDirectories(file.getParent());
      }
      Files.createFile(file);
    }
    long position = (objects - 1L) * RECORDS;
    LandingMetadata metadata =
        new LandingMetadata(position + RECORDS, RECORDS, 1, UUID.randomUUID(), 0, 0);
    client.putObject(
        r -> r.bucket(BUCKET).key(key(position)).metadata(metadata.toMap()), RequestBody.empty());
    return key(position);
  }

  private static String key(long position) {
    return new LandingKey("topics", PARTITION.topic(), PARTITION.partition(), position, "avro")
        .key();
  }
}
