package io.freshet.local.demo;

import io.freshet.local.service.StackException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits for the lake to get somewhere, as long as the lake job runs. Looking is a query, which
 * takes processor time from the very job it waits for; so it looks when the job's log has grown,
 * and now and then if it hasn't.
 */
final class Patience {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

  private final IngestProcess ingest;
  private final Clock clock;
  private long logSeen = -1;

  Patience(IngestProcess ingest, Clock clock) {
    this.ingest = ingest;
    this.clock = clock;
  }

  /**
   * Looks until there is something.
   *
   * @param what is waited for, in words
   * @throws StackException if it takes too long, or the job ends
   */
  <T> T await(String what, Supplier<Optional<T>> look) throws InterruptedException {
    Instant deadline = clock.instant().plus(LIMIT);
    Optional<T> found = Optional.empty();
    while (found.isEmpty()) {
      if (clock.instant().isAfter(deadline)) {
        throw new StackException(
            "%s: not after %d s; ingest still runs, %s"
                .formatted(what, LIMIT.toSeconds(), ingest.endOfLog()));
      }
      awaitNews();
      found = look.get();
    }
    return found.get();
  }

  private void awaitNews() throws InterruptedException {
    Instant latest = clock.instant().plus(LONGEST_PAUSE);
    ingest.requireAlive();
    while (ingest.logLength() == logSeen && clock.instant().isBefore(latest)) {
      TimeUnit.MILLISECONDS.sleep(SHORTEST_PAUSE.toMillis());
      ingest.requireAlive();
    }
    logSeen = ingest.logLength();
  }
}
