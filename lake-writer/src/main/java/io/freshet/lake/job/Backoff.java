package io.freshet.lake.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** When to try again after failures: at growing distances, up to a limit. */
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Clock clock;
  private int failures;
  private Instant due = Instant.EPOCH;

  Backoff(Clock clock) {
    this.clock = clock;
  }

  synchronized void failed() {
    Duration wait = FIRST.multipliedBy(1L << Math.min(failures, 12));
    failures++;
    due = clock.instant().plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
  }

  synchronized void succeeded() {
    failures = 0;
    due = Instant.EPOCH;
  }

  synchronized int failures() {
    return failures;
  }

  /** How long until the next try; zero if it is due. */
  synchronized Duration untilDue() {
    Duration left = Duration.between(clock.instant(), due);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
