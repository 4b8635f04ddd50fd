package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import io.freshet.connect.TestRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two tasks that both believe they own a partition, as after a rebalance that one of them missed.
 */
class TwoOwnersTest {
  private static final int ROUNDS = 250;

  private static TestS3 s3;
  private static TestRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    s3 = new TestS3();
    registry = new TestRegistry().content(TestTopic.SCHEMA_ID, AvroMessages.ROW);
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
    registry.close();
  }

  /** One owner: a task on its own thread, which counts the positions it lost. */
  private static final class Owner implements AutoCloseable {
    private final AtomicInteger taken = new AtomicInteger();
    private final TestWorker worker;

    Owner(int flushSize) {
      Map<String, String> properties = new HashMap<>(s3.properties(registry.url()));
      properties.put("flush.size", Integer.toString(flushSize));
      S3SinkConfig config = S3SinkConfig.parse(properties);
      FaultyStore store = new FaultyStore(S3ObjectStore.connect(config.store()));
      store.aroundPut(
          put -> {
            boolean created = put.run();
            if (!created) {
              taken.incrementAndGet();
            }
            return created;
          });
      worker = new TestWorker(properties, null);
      worker
          .task()
          .start(
              config,
              SinkServices.of(config, worker, Clock.systemUTC(), store, EarliestOffsets.UNKNOWN));
    }

    @Override
    public void close() {
      worker.task().stop();
    }
  }

  /** Compaction, or a consumer that begins at the topic's end: their first keys differ. */
  @Test
  void twoThatBeginALogWithDifferentRecordsMakeOneChain() {
    TestTopic topic = new TestTopic("moma." + UUID.randomUUID(), 0).rows(3, 6);
    try (Owner one = new Owner(4);
        Owner other = new Owner(2)) {
      one.worker.assign(0, topic);
      one.worker.poll(100);
      topic.delete(3);
      other.worker.assign(0, topic);
      other.worker.poll(1);
      topic.rows(6, 9);
      one.worker.poll(100);
      other.worker.poll(100);
      other.worker.poll(100);
      assertThat(LandedLog.read(s3, topic.partition()).positions()).containsExactly(3L, 7L);
      assertThat(LandedLog.read(s3, topic.partition()).offsets())
          .containsExactly(3L, 4L, 5L, 6L, 7L, 8L);
    }
  }

  @ParameterizedTest
  @CsvSource({"3,3", "2,5"})
  @Timeout(120)
  void neverLandOnePositionTwice(int oneFlushes, int otherFlushes) throws Exception {
    TestTopic topic = new TestTopic("moma." + UUID.randomUUID(), 0);
    topic.rows(0, ROUNDS * (oneFlushes + otherFlushes));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Owner one = new Owner(oneFlushes);
        Owner other = new Owner(otherFlushes)) {
      // Both at the same time, in every round: each has a buffer for the position of the other.
      CyclicBarrier round = new CyclicBarrier(2);
      List<Future<?>> running = new ArrayList<>();
      for (Owner owner : List.of(one, other)) {
        owner.worker.assign(0, topic);
        int flushes = owner == one ? oneFlushes : otherFlushes;
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < ROUNDS; i++) {
                    round.await(30, TimeUnit.SECONDS);
                    owner.worker.poll(flushes);
                  }
                  return null;
                }));
      }
      for (Future<?> owner : running) {
        owner.get();
      }

      LandedLog log = LandedLog.read(s3, topic.partition());
      long end = log.metadata().get(log.metadata().size() - 1).next();
      assertThat(log.offsets()).isEqualTo(LongStream.range(0, end).boxed().toList());
      assertThat(one.taken.get() + other.taken.get())
          .as("positions that were fought over")
          .isGreaterThan(ROUNDS / 4);
      assertThat(log.positions())
          .as("every attempt either landed or lost")
          .hasSizeGreaterThan(ROUNDS / 4);
      assertThat(List.of(one.worker.position(topic), other.worker.position(topic)))
          .as("both stand at the log's end, or before it and about to lose")
          .contains(end)
          .allSatisfy(position -> assertThat(position).isLessThanOrEqualTo(end));
    } finally {
      threads.shutdownNow();
    }
  }
}
