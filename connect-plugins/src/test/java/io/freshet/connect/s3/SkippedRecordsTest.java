package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.avro.BadRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** Records that are not landed, and the positions that answer for them. */
class SkippedRecordsTest extends TaskFixture {
  @Test
  void tombstonesAreLeftOutAndTheirOffsetsAreAnsweredFor() {
    TestWorker worker = worker("flush.size", "2", "rotate.interval.ms", "1000");
    worker.assign(
        0, topic.value(0, null).row(1).value(2, null).row(3).value(4, null).row(5).value(6, null));
    worker.poll(100);
    clock.advance(Duration.ofSeconds(1));
    worker.poll(100);
    assertThat(log().offsets()).containsExactly(1L, 3L, 5L);
    assertThat(log().positions()).containsExactly(0L, 4L);
    assertThat(log().metadata()).extracting("next").containsExactly(4L, 7L);
  }

  @Test
  void tombstonesFailWhenAskedTo() {
    TestWorker worker = worker("behavior.on.null.values", "fail");
    worker.assign(0, topic.row(0).value(1, null));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining(topic.partition() + ", offset 1: the value is null");
  }

  @Test
  void aBadRecordFailsTheTaskByDefault() {
    byte[] whole = (byte[]) topic.row(0).fetch(0, 1).get(0).value();
    TestWorker worker = worker("errors.tolerance", "all");
    worker.assign(0, topic.value(1, Arrays.copyOf(whole, whole.length - 1)));
    assertThatThrownBy(() -> worker.poll(100))
        .as("tolerated, but there is no reporter to take it")
        .isInstanceOf(BadRecordException.class)
        .hasMessageContaining(topic.partition() + ", offset 1: the Avro body is truncated");
  }

  @Test
  void aToleratedBadRecordIsReportedOnceAndAnsweredFor() {
    List<Long> reported = new ArrayList<>();
    CompletableFuture<Void> safe = new CompletableFuture<>();
    reporter =
        (record, error) -> {
          reported.add(record.kafkaOffset());
          safe.complete(null);
          return safe;
        };
    TestWorker worker = worker("errors.tolerance", "all", "flush.size", "4");
    AtomicInteger puts = new AtomicInteger();
    store.aroundPut(
        put -> {
          if (puts.getAndIncrement() < 2) {
            throw new RetriableException("try later");
          }
          return put.run();
        });
    worker.assign(0, topic.rows(0, 2).value(2, new byte[] {1, 2, 3}).rows(3, 5));
    assertThat(worker.poll(100)).isFalse();
    assertThat(worker.poll(100)).isFalse();
    assertThat(worker.poll(100)).isTrue();
    assertThat(reported).containsExactly(2L);
    assertThat(log().offsets()).containsExactly(0L, 1L, 3L, 4L);
    assertThat(log().metadata()).extracting("next").containsExactly(5L);
  }

  @Test
  void aLostReportLandsNothing() {
    reporter = (record, error) -> CompletableFuture.failedFuture(new IllegalStateException("full"));
    TestWorker worker = worker("errors.tolerance", "all", "flush.size", "1");
    worker.assign(0, topic.value(0, new byte[] {1, 2, 3}).row(1));
    assertThatThrownBy(() -> worker.poll(100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("a bad record could not be reported");
    assertThat(log().positions()).isEmpty();
  }
}
