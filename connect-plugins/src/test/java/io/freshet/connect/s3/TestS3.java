package io.freshet.connect.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server in this process, on a free port of the loopback, with one bucket. */
final class TestS3 implements TestBucket, AutoCloseable {
  static final String ACCESS_KEY = "local";
  static final String SECRET_KEY = "localsecret";

  private final Path folder;
  private final S3Proxy server;
  private final S3Client client;
  private final String bucket = "lake-" + UUID.randomUUID();

  TestS3() throws Exception {
    this(true);
  }

  /**
   * @param signed whether requests must be signed; not if something on the way changes them
   */
  TestS3(boolean signed) throws Exception {
    folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "s3-");
    Properties properties = new Properties();
    properties.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
    properties.setProperty("s3proxy.authorization", signed ? "aws-v2-or-v4" : "none");
    properties.setProperty("s3proxy.identity", ACCESS_KEY);
    properties.setProperty("s3proxy.credential", SECRET_KEY);
    properties.setProperty("jclouds.filesystem.basedir", folder.toString());
    server =
        S3Proxy.Builder.fromProperties(properties)
            .blobStore(BlobStores.create("filesystem-nio2", properties))
            .build();
    server.start();
    client = S3Clients.create(S3SinkConfig.parse(properties("http://unused")).store());
    client.createBucket(r -> r.bucket(bucket));
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  String bucket() {
    return bucket;
  }

  S3Client client() {
    return client;
  }

  Map<String, String> properties(String registryUrl) {
    return Map.of(
        "s3.bucket.name", bucket,
        "store.url", endpoint(),
        "aws.access.key.id", ACCESS_KEY,
        "aws.secret.access.key", SECRET_KEY,
        "registry.url", registryUrl);
  }

  @Override
  public List<String> keys(String prefix) {
    return client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  @Override
  public byte[] read(String key) {
    return client.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
  }

  @Override
  public Map<String, String> metadataOf(String key) {
    return metadata(key);
  }

  Map<String, String> metadata(String key) {
    return client.headObject(r -> r.bucket(bucket).key(key)).metadata();
  }

  @Override
  public void close() throws IOException {
    client.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("S3Proxy did not stop", e);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(TestS3::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
