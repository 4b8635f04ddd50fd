package io.freshet.connectors;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * When a command must be done.
 *
 * @param clock where the time comes from
 * @param allowed how long the whole command may take, for messages
 * @param end when it is over
 */
record Deadline(Clock clock, Duration allowed, Instant end) {
  private static final Duration PAUSE = Duration.ofMillis(100);

  static Deadline after(Duration allowed, Clock clock) {
    return new Deadline(clock, allowed, clock.instant().plus(allowed));
  }

  boolean passed() {
    return !clock.instant().isBefore(end);
  }

  /** What is left, at least a millisecond. */
  Duration left() {
    Duration left = Duration.between(clock.instant(), end);
    return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
  }

  /** Waits a little before the next look. */
  void pause() {
    try {
      Thread.sleep(Math.min(PAUSE.toMillis(), left().toMillis()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandException.unreachable("interrupted while waiting", interrupted);
    }
  }

  /** As a user writes it: {@code 60 s} or {@code 500 ms}. */
  String text() {
    return allowed.toMillis() % 1000 == 0 ? allowed.toSeconds() + " s" : allowed.toMillis() + " ms";
  }
}
