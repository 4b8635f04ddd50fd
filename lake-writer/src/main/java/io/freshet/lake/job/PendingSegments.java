package io.freshet.lake.job;

import io.freshet.lake.change.Slice;
import io.freshet.lake.change.TruncateFoundException;
import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.metrics.Backlog;
import io.freshet.lake.source.KafkaRange;
import io.freshet.lake.source.Segment;
import io.freshet.lake.source.TopicPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a table stands in its topic, and what it has yet to read of what was announced. */
final class PendingSegments {
  private final List<Segment> pending = new ArrayList<>();
  private final CommitLimits limits;
  private TopicPosition position;

  PendingSegments(TopicPosition position, CommitLimits limits) {
    this.position = position;
    this.limits = limits;
  }

  /** Everything before it is committed. */
  synchronized TopicPosition position() {
    return position;
  }

  /** Takes notice of a segment, unless it was read already. */
  synchronized void offer(Segment segment) {
    if (!position.covers(segment) && !(segment instanceof KafkaRange range && lengthens(range))) {
      pending.add(segment);
    }
  }

  /** Whether a range of the same partition that waits has become the longer by this one. */
  private boolean lengthens(KafkaRange more) {
    for (int i = pending.size() - 1; i >= 0; i--) {
      if (pending.get(i) instanceof KafkaRange range && range.partition() == more.partition()) {
        Optional<KafkaRange> both = range.with(more);
        if (both.isPresent()) {
          pending.set(i, both.get());
        }
        return both.isPresent();
      }
    }
    return false;
  }

  /** Forgets what was announced, since it is announced again. */
  synchronized void forget() {
    pending.clear();
  }

  synchronized int count() {
    return pending.size();
  }

  synchronized Backlog backlog() {
    return Backlogs.of(pending, position);
  }

  /** Everything before the position is committed. */
  synchronized void done(TopicPosition reached) {
    position = reached;
    pending.removeIf(reached::covers);
  }

  /**
   * What the next commit takes.
   *
   * @param first whether it is the table's first commit
   * @param truncate a TRUNCATE that it must not go beyond; null: there is none
   */
  synchronized List<Slice> next(boolean first, TruncateFoundException truncate) {
    List<Slice> batch = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : pending) {
      if (!batch.isEmpty()
          && !isOneStep(batch.get(batch.size() - 1).segment(), segment)
          && limits.isFull(first, batch.size(), bytes + segment.bytes())) {
        break;
      }
      long until =
          truncate != null && truncate.partition() == segment.partition()
              ? truncate.offset()
              : Long.MAX_VALUE;
      if (segment.position() < until) {
        long from = position.of(segment.partition()).orElse(segment.position());
        batch.add(new Slice(segment, from, until));
        bytes += segment.bytes();
      }
    }
    return batch;
  }

  /** The position after a batch, as far as its segments say. */
  synchronized TopicPosition after(List<Slice> batch) {
    TopicPosition reached = position;
    for (Slice slice : batch) {
      Segment segment = slice.segment();
      reached = reached.with(segment.partition(), Math.min(segment.next(), slice.until()));
    }
    return reached;
  }

  /** Files that were landed by one commit are read by one: they share their place in the log. */
  private static boolean isOneStep(Segment former, Segment segment) {
    return former.partition() == segment.partition() && former.position() == segment.position();
  }
}
