package io.freshet.lake.verify;

import io.freshet.lake.config.PostgresConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a few rows of PostgreSQL again and again while the lake is waited for. The lake that is
 * looked at then is ahead of the snapshot, by a little: a row that changes all the time has the
 * version there that PostgreSQL had at one of these moments.
 */
final class Sampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** More rows than that are not read again and again. */
  private static final int MOST_KEYS = 5_000;

  private final PostgresConfig postgres;
  private final Comparison comparison;
  private final List<String> keys;
  private final Map<String, Set<Optional<String>>> texts = new HashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "verify-sampler");
            made.setDaemon(true);
            return made;
          });

  /** Begins to read. */
  Sampler(PostgresConfig postgres, Comparison comparison, Collection<String> keys) {
    this.postgres = postgres;
    this.comparison = comparison;
    this.keys = keys.size() > MOST_KEYS ? List.of() : List.copyOf(keys);
    if (!this.keys.isEmpty()) {
      thread.scheduleWithFixedDelay(this::sample, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void sample() {
    try (SourceSnapshot now = SourceSnapshot.open(postgres)) {
      Map<String, RowVersion> rows = now.side(comparison).rows(keys);
      synchronized (texts) {
        for (String key : keys) {
          texts
              .computeIfAbsent(key, none -> new HashSet<>())
              .add(Optional.ofNullable(rows.get(key)).map(RowVersion::text));
        }
      }
    } catch (RuntimeException unreachable) {
      // What was not seen settles nothing; the look itself says what is wrong.
      LOG.debug("rows were not read meanwhile", unreachable);
    }
  }

  /** Whether a row had a text, or was not there, at one of the moments. */
  boolean saw(String key, Optional<String> text) {
    synchronized (texts) {
      return texts.getOrDefault(key, Set.of()).contains(text);
    }
  }

  /** Ends the reading; what was seen stays. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
