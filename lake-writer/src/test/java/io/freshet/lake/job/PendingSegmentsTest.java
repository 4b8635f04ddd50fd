package io.freshet.lake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.lake.change.Slice;
import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.source.KafkaRange;
import io.freshet.lake.source.Segment;
import io.freshet.lake.source.TopicPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingSegmentsTest {
  private static final String TOPIC = "moma.public.artists";

  private final PendingSegments pending =
      new PendingSegments(TopicPosition.START.with(0, 100).with(1, 0), CommitLimits.DEFAULTS);

  private static KafkaRange range(int partition, long position, long next) {
    return new KafkaRange(TOPIC, partition, position, next);
  }

  private void offer(Segment... segments) {
    List.of(segments).forEach(pending::offer);
  }

  private List<Segment> next() {
    return pending.next(false, null).stream().map(Slice::segment).toList();
  }

  /** Each would be a task and a consumer of Kafka of its own. */
  @Test
  void whatCameToAPartitionWhileACommitWasUnderWayIsReadAtOnce() {
    offer(range(0, 100, 110), range(1, 0, 5), range(0, 110, 120), range(1, 5, 6));
    offer(range(0, 120, 130));
    assertThat(next()).containsExactly(range(0, 100, 130), range(1, 0, 6));
    assertThat(pending.count()).isEqualTo(2);
  }

  @Test
  void aRangeThatGrowsBehindItsCommitIsReadFromThereOn() {
    offer(range(0, 100, 110));
    List<Slice> batch = pending.next(false, null);
    offer(range(0, 110, 120));
    pending.done(pending.after(batch));
    assertThat(pending.position().of(0)).hasValue(110);
    List<Slice> rest = pending.next(false, null);
    assertThat(rest).hasSize(1);
    assertThat(rest.get(0).from()).isEqualTo(110);
    assertThat(rest.get(0).segment().next()).isEqualTo(120);
    pending.done(pending.after(rest));
    assertThat(pending.count()).isZero();
    assertThat(pending.position().of(0)).hasValue(120);
  }

  @Test
  void aTaskReadsNoMoreThanBefore() {
    offer(range(0, 100, 49_000), range(0, 49_000, 50_100), range(0, 50_100, 50_101));
    assertThat(next()).containsExactly(range(0, 100, 50_100), range(0, 50_100, 50_101));
  }

  @Test
  void rangesThatDoNotFollowOneAnotherStayApart() {
    offer(range(0, 100, 110), range(0, 111, 120));
    assertThat(next()).containsExactly(range(0, 100, 110), range(0, 111, 120));
  }

  /** As after a restart of the stream, which announces from where the tables stand. */
  @Test
  void whatIsCommittedAlreadyIsNotTakenAgain() {
    offer(range(0, 90, 100), range(0, 90, 105));
    List<Slice> batch = pending.next(false, null);
    assertThat(batch).containsExactly(new Slice(range(0, 90, 105), 100, Long.MAX_VALUE));
  }
}
