package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.TestRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Many random lives of a topic. A failed one says its seed: {@code -Dfreshet.chaos.seed=<seed>
 * -Dfreshet.chaos.runs=1} lives it again. For a long soak set both to what hasn't been run yet.
 */
class ExactlyOnceTest {
  private static final long SEED = Long.getLong("freshet.chaos.seed", 1);
  private static final long RUNS = Long.getLong("freshet.chaos.runs", 10_000);

  /** Runs that need the registry, or a store over HTTP, take longer. */
  private static final int MESSAGES_EVERY = 50;

  private static final int STORED_EVERY = 1_000;

  private static TestS3 s3;
  private static TestRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    s3 = new TestS3();
    registry =
        new TestRegistry()
            .content(TestTopic.SCHEMA_ID, AvroMessages.ROW)
            .content(ChaosTopics.OTHER_ID, ChaosTopics.OTHER);
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
    registry.close();
  }

  @Test
  void whateverHappensEachRecordIsLandedOnce() {
    List<AssertionError> failures =
        LongStream.range(SEED, SEED + RUNS)
            .parallel()
            .mapToObj(
                seed -> {
                  MemoryBucket bucket = new MemoryBucket();
                  boolean messages = seed % MESSAGES_EVERY == 0;
                  Map<String, String> properties = new HashMap<>(Map.of("s3.bucket.name", "lake"));
                  if (messages) {
                    properties.put("registry.url", registry.url());
                  }
                  return failure(new ChaosRun(seed, bucket, bucket, properties, messages));
                })
            .flatMap(List::stream)
            .limit(3)
            .toList();
    assertThat(failures).isEmpty();
  }

  /** The same with requests over HTTP, conditional puts by a real server. */
  @Test
  void alsoWithARealStore() {
    Map<String, String> properties = s3.properties(registry.url());
    StoreOptions options = S3SinkConfig.parse(properties).store();
    List<AssertionError> failures;
    try (ObjectStore store = new S3ObjectStore(S3Clients.create(options), options)) {
      failures =
          LongStream.range(SEED, SEED + Math.max(1, RUNS / STORED_EVERY))
              .mapToObj(seed -> failure(new ChaosRun(seed, store, s3, properties, seed % 2 == 0)))
              .flatMap(List::stream)
              .limit(3)
              .toList();
    }
    assertThat(failures).isEmpty();
  }

  private static List<AssertionError> failure(ChaosRun run) {
    try {
      run.run();
      return List.of();
    } catch (AssertionError failed) {
      return List.of(failed);
    }
  }
}
