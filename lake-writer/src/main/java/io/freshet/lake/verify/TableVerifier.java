package io.freshet.lake.verify;

import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.table.HudiTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiPredicate;

/**
 * Compares a lake table with its source while both go on changing.
 *
 * <p>A look is a snapshot of PostgreSQL, and the lake as soon as it has all that the snapshot sees.
 * The first look compares sums over buckets of keys, then the rows' hashes in those buckets that
 * differ, then the rows themselves. What is left is looked at again until {@link Candidates} can
 * tell.
 */
public final class TableVerifier {
  /** Rows of differing buckets whose hashes are held at once. */
  private static final int ROWS_AT_ONCE = 500_000;

  /** More differences than that are not told apart. */
  private static final int MOST_DIFFERENCES = 100_000;

  private final HudiTable table;
  private final PostgresConfig postgres;
  private final Barrier barrier;
  private final Options options;
  private final Clock clock;

  /**
   * How a comparison is done.
   *
   * @param fraction of the keys, 0 to 1
   * @param since only keys that the lake has changed since; empty for all
   * @param patience how long keys that go on changing are looked at
   * @param examples how many differences are reported with their values
   * @param mask columns whose values are not shown
   */
  public record Options(
      double fraction,
      Optional<Instant> since,
      Duration patience,
      int examples,
      List<String> mask) {}

  public TableVerifier(
      HudiTable table, PostgresConfig postgres, Barrier barrier, Options options, Clock clock) {
    this.table = table;
    this.postgres = postgres;
    this.barrier = barrier;
    this.options = options;
    this.clock = clock;
  }

  /** Both sides at a look. */
  private record Look(SourceSnapshot snapshot, Comparison comparison, Side source, Side lake) {}

  /**
   * Compares.
   *
   * @throws io.freshet.lake.LakeException if the two can't be compared, or the lake does not get
   *     where the source is
   */
  public Verification run() throws InterruptedException {
    Instant began = clock.instant();
    Candidates candidates = new Candidates();
    First first;
    Comparison comparison;
    long lsn;
    try (SourceSnapshot snapshot = SourceSnapshot.open(postgres)) {
      first = options.since().isPresent() ? changed(snapshot) : all(snapshot);
      comparison = first.look().comparison();
      candidates.add(found(first.look(), first.keys(), (key, text) -> false));
      lsn = snapshot.lsn();
    }
    Instant at = began;
    Instant deadline = clock.instant().plus(options.patience());
    while (!candidates.open().isEmpty() && clock.instant().isBefore(deadline)) {
      at = clock.instant();
      try (SourceSnapshot snapshot = SourceSnapshot.open(postgres)) {
        Set<String> open = candidates.open();
        Look look;
        Sampler sampler = new Sampler(postgres, comparison, open);
        try (sampler) {
          look = look(snapshot, comparison);
        }
        candidates.look(found(look, open, sampler::saw));
        lsn = snapshot.lsn();
      }
    }
    return new Report(comparison, new Masking(options.mask()), options.examples())
        .of(
            table.spec().config().name(),
            candidates,
            first.rows(),
            first.more(),
            SlotBarrier.text(lsn),
            at,
            Duration.between(began, clock.instant()));
  }

  /**
   * @param keys that may differ
   * @param rows that were compared
   */
  private record First(Look look, Set<String> keys, long rows, boolean more) {}

  private Comparison comparison(SourceSnapshot snapshot) {
    return Comparison.of(
        snapshot.table(table.spec().config().topic()),
        table.schema(),
        table.spec().keys(),
        table.spec().config().name());
  }

  private Look look(SourceSnapshot snapshot, Comparison comparison) throws InterruptedException {
    barrier.await(snapshot.lsn(), table.spec().config().topic(), table::position);
    return new Look(
        snapshot, comparison, snapshot.side(comparison), new LakeSide(table, comparison));
  }

  private First all(SourceSnapshot snapshot) throws InterruptedException {
    Comparison comparison = comparison(snapshot);
    Scope scope = Scope.of(comparison.source().rows(), options.fraction());
    Side source = snapshot.side(comparison);
    // PostgreSQL is read while the lake is waited for.
    CompletableFuture<BucketSums> theirs = CompletableFuture.supplyAsync(() -> source.sums(scope));
    Look look;
    BucketSums ours;
    try {
      look = look(snapshot, comparison);
      ours = look.lake().sums(scope);
    } finally {
      settle(theirs);
    }
    BucketSums sums = joined(theirs);
    BitSet differing = sums.differing(ours);
    Set<String> keys = new HashSet<>();
    while (!differing.isEmpty() && keys.size() < MOST_DIFFERENCES) {
      BitSet some = some(differing, sums, ours);
      differing.andNot(some);
      addDiffering(look.source().hashes(scope, some), look.lake().hashes(scope, some), keys);
    }
    return new First(look, keys, sums.rows(), !differing.isEmpty());
  }

  /** The snapshot's connection is one query's at a time. */
  private static void settle(CompletableFuture<?> query) {
    query.handle((result, failure) -> result).join();
  }

  private static <T> T joined(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  /** So many of the buckets that their rows find room. */
  private static BitSet some(BitSet differing, BucketSums one, BucketSums other) {
    BitSet some = new BitSet();
    long rows = 0;
    for (int bucket = differing.nextSetBit(0);
        bucket >= 0 && (rows < ROWS_AT_ONCE);
        bucket = differing.nextSetBit(bucket + 1)) {
      some.set(bucket);
      rows += one.rows(bucket) + other.rows(bucket);
    }
    return some;
  }

  private static void addDiffering(
      Map<String, Long> source, Map<String, Long> lake, Set<String> keys) {
    source.forEach(
        (key, hash) -> {
          if (!hash.equals(lake.get(key))) {
            keys.add(key);
          }
        });
    lake.keySet().stream().filter(key -> !source.containsKey(key)).forEach(keys::add);
  }

  /** Rows that the lake has written since, deleted ones included as far as they leave a trace. */
  private First changed(SourceSnapshot snapshot) throws InterruptedException {
    Comparison comparison = comparison(snapshot);
    Look look = look(snapshot, comparison);
    Set<String> keys = LakeSide.changedSince(table, comparison, options.since().orElseThrow());
    return new First(look, keys, keys.size(), false);
  }

  /**
   * @param seen whether PostgreSQL had a row with a text, or none, since the snapshot
   */
  private static Map<String, Candidates.Found> found(
      Look look, Collection<String> keys, BiPredicate<String, Optional<String>> seen) {
    Map<String, RowVersion> source = look.source().rows(keys);
    Map<String, RowVersion> lake = look.lake().rows(keys);
    Map<String, Candidates.Found> found = new HashMap<>();
    for (String key : keys) {
      Optional<RowVersion> ours = Optional.ofNullable(lake.get(key));
      found.put(
          key,
          new Candidates.Found(
              Optional.ofNullable(source.get(key)),
              ours,
              seen.test(key, ours.map(RowVersion::text))));
    }
    return found;
  }
}
