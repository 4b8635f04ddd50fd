package io.freshet.connect.s3;

import io.freshet.connect.TestRegistry;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A real S3 server, and what stands before it and writes down what it is asked. */
abstract class StoreFixture {
  static final int PART_BYTES = 5 * 1024 * 1024;

  /** Headers that S3Proxy answers with 501: it has none of these features. */
  private static final String[] UNKNOWN = {
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5",
    "x-amz-security-token",
    "x-amz-tagging",
    "x-amz-acl"
  };

  protected static TestS3 s3;
  protected static TestRegistry registry;
  protected static RecordingS3 recording;

  protected final String key = "topics/" + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    s3 = new TestS3(false);
    registry = new TestRegistry();
    recording = new RecordingS3(s3.endpoint(), UNKNOWN);
  }

  @AfterAll
  static void stop() throws Exception {
    recording.close();
    s3.close();
    registry.close();
  }

  @BeforeEach
  void forget() {
    recording.forget();
  }

  @AfterEach
  void forwardAtOnce() {
    recording.beforeForward(() -> {});
  }

  /** The complete configuration, with some properties changed; {@code null} takes one out. */
  protected static Map<String, String> properties(String... overrides) {
    Map<String, String> properties = new HashMap<>(s3.properties(registry.url()));
    properties.put("name", "sink");
    properties.put("connector.class", S3SinkConnector.class.getName());
    properties.put("topics", "moma");
    properties.put("store.url", recording.url());
    properties.put("s3.part.size", Integer.toString(PART_BYTES));
    properties.put("s3.retry.backoff.ms", "1");
    for (int i = 0; i < overrides.length; i += 2) {
      if (overrides[i + 1] == null) {
        properties.remove(overrides[i]);
      } else {
        properties.put(overrides[i], overrides[i + 1]);
      }
    }
    return properties;
  }

  protected static S3ObjectStore store(String... overrides) {
    return S3ObjectStore.connect(S3SinkConfig.parse(properties(overrides)).store());
  }

  /** Puts an object of that many bytes. */
  protected boolean put(S3ObjectStore store, int bytes) throws IOException {
    try (SpoolBuffer payload = TestBuffers.onHeap()) {
      payload.write(new byte[bytes]);
      return store.putIfAbsent(key, payload, Map.of());
    }
  }

  /** What validation finds wrong, by property. */
  protected static Map<String, List<String>> errors(String... overrides) {
    Map<String, List<String>> errors = new TreeMap<>();
    for (ConfigValue value : new S3SinkConnector().validate(properties(overrides)).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }
}
