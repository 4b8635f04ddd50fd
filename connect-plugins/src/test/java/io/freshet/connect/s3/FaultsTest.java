package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** What S3, the registry and other tasks do to a task. */
class FaultsTest extends TaskFixture {
  @Test
  void redeliveredRecordsAreNotBufferedTwice() {
    TestWorker worker = worker("flush.size", "4", "retry.backoff.ms", "77");
    worker.assign(0, topic.rows(0, 10));
    store.aroundPut(
        put -> {
          throw new RetriableException("S3 is busy");
        });
    for (int i = 0; i < 3; i++) {
      assertThat(worker.poll(10)).isFalse();
      assertThat(worker.timeout()).isEqualTo(77);
    }
    store.aroundPut(FaultyStore.Put::run);
    assertThat(worker.poll(10)).isTrue();
    topic.rows(10, 12);
    worker.poll(10);
    assertThat(log().positions()).containsExactly(0L, 4L, 8L);
    assertThat(log().offsets()).isEqualTo(range(0, 12));
  }

  @Test
  void aRegistryFailureKeepsWhatIsBuffered() {
    TestWorker worker = worker("flush.size", "4");
    worker.assign(0, topic.rows(0, 2).value(2, AvroMessages.framed(33, new byte[] {2})).rows(3, 4));
    registry.fail(500);
    assertThat(worker.poll(10)).isFalse();
    registry.fail(200);
    registry.content(33, SchemaBuilder.record("R").fields().requiredInt("n").endRecord());
    assertThat(worker.poll(10)).isTrue();
    clock.advance(Duration.ofHours(1));
    worker.poll(10);
    assertThat(log().offsets()).isEqualTo(range(0, 4));
  }

  @Test
  void anAnswerLostAfterSuccessIsOurs() {
    TestWorker worker = worker("flush.size", "2");
    // What the SDK's retry does when the first answer never comes: the second one is a 412.
    store.aroundPut(
        put -> {
          assertThat(put.run()).isTrue();
          return put.run();
        });
    worker.assign(0, topic.rows(0, 6));
    assertThat(worker.poll(10)).isTrue();
    assertThat(log().positions()).containsExactly(0L, 2L, 4L);
    assertThat(log().offsets()).isEqualTo(range(0, 6));
  }

  @Test
  void aTimeoutAfterSuccessIsOursAtTheNextTry() {
    TestWorker worker = worker("flush.size", "2");
    AtomicInteger puts = new AtomicInteger();
    store.aroundPut(
        put -> {
          boolean created = put.run();
          if (puts.getAndIncrement() % 2 == 0) {
            throw new RetriableException("timed out, nobody knows");
          }
          return created;
        });
    worker.assign(0, topic.rows(0, 4));
    assertThat(worker.poll(10)).isFalse();
    assertThat(worker.poll(10)).isFalse();
    assertThat(worker.poll(10)).isTrue();
    assertThat(log().positions()).containsExactly(0L, 2L);
    assertThat(log().offsets()).isEqualTo(range(0, 4));
  }

  @Test
  void aFencedTaskDropsItsBufferAndGoesToTheWinnersNext() {
    TestWorker zombie = worker("flush.size", "8");
    zombie.assign(0, topic.rows(0, 6));
    zombie.poll(100);
    TestWorker owner = worker("flush.size", "5");
    owner.assign(0, topic);
    owner.poll(100);

    topic.rows(6, 20);
    zombie.poll(100);
    assertThat(zombie.position(topic)).isEqualTo(5);
    assertThat(log().offsets()).isEqualTo(range(0, 5));
    zombie.poll(100);
    assertThat(log().positions()).containsExactly(0L, 5L);
    assertThat(log().offsets()).isEqualTo(range(0, 13));
  }

  @Test
  void aFailureInTheFencedBatchDoesNotLetItsRestThrough() {
    TestTopic other = new TestTopic(topic.partition().topic(), 1);
    TestWorker zombie = worker("flush.size", "8");
    FaultyStore zombies = store;
    zombie.assign(0, topic.rows(0, 6), other);
    zombie.poll(100);
    TestWorker owner = worker("flush.size", "2");
    owner.assign(0, topic);
    owner.poll(3);

    // The zombie is fenced at 0 and seeks 2; then the other partition fails in the same batch.
    topic.rows(6, 12);
    other.rows(0, 8);
    AtomicInteger puts = new AtomicInteger();
    zombies.aroundPut(
        put -> {
          if (puts.getAndIncrement() == 1) {
            throw new RetriableException("busy");
          }
          return put.run();
        });
    assertThat(zombie.poll(100)).isFalse();
    assertThat(zombie.poll(100)).isTrue();
    assertThat(zombie.poll(100)).isTrue();
    assertThat(log().offsets()).isEqualTo(range(0, 10));
    assertThat(LandedLog.read(s3, other.partition()).offsets()).isEqualTo(range(0, 8));
  }

  @Test
  void aFailedLookAtTheLogsEndIsMadeUpForAtTheNextPut() {
    TestWorker first = worker("flush.size", "4");
    first.assign(0, topic.rows(0, 10));
    first.poll(100);

    TestWorker second = worker("flush.size", "2");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (reads.getAndIncrement() < 2) {
            throw new RetriableException("throttled");
          }
        });
    second.assign(3, topic);
    assertThat(second.poll(100)).isFalse();
    assertThat(second.poll(100)).isTrue();
    assertThat(second.position(topic)).isEqualTo(8);
    second.poll(100);
    assertThat(log().offsets()).isEqualTo(range(0, 10));
  }
}
