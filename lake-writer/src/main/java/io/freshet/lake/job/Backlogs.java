package io.freshet.lake.job;

import io.freshet.lake.metrics.Backlog;
import io.freshet.lake.source.LandedFile;
import io.freshet.lake.source.Segment;
import io.freshet.lake.source.TopicPosition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** How much of announced segments lies before a position. */
final class Backlogs {
  private Backlogs() {}

  static Backlog of(Collection<Segment> pending, TopicPosition position) {
    Map<Integer, Long> reached = new HashMap<>(position.next());
    long positions = 0;
    long bytes = 0;
    boolean sized = true;
    for (Segment segment : pending) {
      long from = Math.max(segment.position(), reached.getOrDefault(segment.partition(), 0L));
      positions += Math.max(0, segment.next() - from);
      reached.merge(segment.partition(), segment.next(), Math::max);
      bytes += segment.bytes();
      sized &= segment instanceof LandedFile;
    }
    return new Backlog(positions, sized ? OptionalLong.of(bytes) : OptionalLong.empty());
  }
}
