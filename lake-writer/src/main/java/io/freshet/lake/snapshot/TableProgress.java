package io.freshet.lake.snapshot;

import io.freshet.lake.metrics.LoadStatus;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** How far one table's load is: what its tasks have read. Not safe for several threads. */
final class TableProgress {
  private final String table;
  private final long expectedRows;
  private final Map<Long, long[]> running = new HashMap<>();
  private long doneRows;
  private long doneBytes;
  private long beganAt = -1;
  private long endedAt = -1;
  private String failure;

  /**
   * @param expectedRows as the source's statistics say; -1 if they don't
   */
  TableProgress(String table, long expectedRows) {
    this.table = table;
    this.expectedRows = expectedRows;
  }

  String table() {
    return table;
  }

  boolean isActive() {
    return beganAt >= 0 && endedAt < 0;
  }

  void begin(long now) {
    beganAt = now;
  }

  void loaded(long now) {
    endedAt = now;
  }

  void failed(long now, String reason) {
    endedAt = now;
    failure = reason;
  }

  LoadStatus status(long now) {
    long left = isActive() ? secondsLeft(now) : -1;
    return new LoadStatus(
        table,
        state(),
        failure == null ? "" : failure,
        rows(),
        known(expectedRows),
        bytes(),
        rowsPerSecond(now),
        known(left));
  }

  private LoadStatus.State state() {
    if (failure != null) {
      return LoadStatus.State.FAILED;
    }
    if (endedAt >= 0) {
      return LoadStatus.State.LOADED;
    }
    return beganAt < 0 ? LoadStatus.State.WAITING : LoadStatus.State.LOADING;
  }

  private static OptionalLong known(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** A task goes on. */
  void reading(long task, long rows, long bytes) {
    running.put(task, new long[] {rows, bytes});
  }

  /**
   * A task has ended.
   *
   * @param counts whether what it read counts: that of a failed one is read again
   */
  void ended(long task, boolean counts, long rows, long bytes) {
    running.remove(task);
    if (counts) {
      doneRows += rows;
      doneBytes += bytes;
    }
  }

  long rows() {
    return doneRows + running.values().stream().mapToLong(counts -> counts[0]).sum();
  }

  long bytes() {
    return doneBytes + running.values().stream().mapToLong(counts -> counts[1]).sum();
  }

  long rowsPerSecond(long now) {
    return beganAt < 0 ? 0 : rows() * 1_000 / Math.max(1, (endedAt < 0 ? now : endedAt) - beganAt);
  }

  /** Seconds until all rows are read, at the rate so far; -1 if that is not known. */
  long secondsLeft(long now) {
    long rate = rowsPerSecond(now);
    return expectedRows < 0 || rate == 0
        ? -1
        : Math.max(0, (expectedRows - rows() + rate - 1) / rate);
  }

  /** For a terminal. */
  String text(long now) {
    long left = secondsLeft(now);
    return String.format(
        Locale.ROOT,
        "%s %,d%s rows, %,d MB, %,d/s%s",
        table,
        rows(),
        expectedRows < 0 ? "" : String.format(Locale.ROOT, " of ~%,d", expectedRows),
        bytes() >> 20,
        rowsPerSecond(now),
        left < 0 ? "" : String.format(Locale.ROOT, ", ~%d:%02d left", left / 60, left % 60));
  }
}
