package io.freshet.lake.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A job's progress as one short line. */
final class ProgressText {
  private ProgressText() {}

  /**
   * @param before an earlier status of the same job; what was written since makes the rate
   * @param now its status
   */
  static String of(JobStatus before, JobStatus now) {
    List<String> parts = new ArrayList<>();
    parts.add(now.tables().size() + (now.tables().size() == 1 ? " table" : " tables"));
    long millis = Math.max(1, Duration.between(before.at(), now.at()).toMillis());
    parts.add(
        String.format(
            Locale.ROOT,
            "%,d rows, %,d/s",
            rows(now),
            Math.max(0, rows(now) - rows(before)) * 1000 / millis));
    long lag =
        now.tables().stream()
            .flatMap(table -> table.backlog().stream())
            .mapToLong(Backlog::positions)
            .sum();
    parts.add(String.format(Locale.ROOT, "lag %,d", lag));
    now.tables().stream()
        .flatMap(table -> table.newestSource().stream())
        .max(Comparator.naturalOrder())
        .ifPresent(newest -> parts.add("newest row " + age(newest, now.at()) + " old"));
    count(parts, now, TableState.BACKING_OFF, "backing off");
    count(parts, now, TableState.STOPPED, "stopped");
    if (!now.refused().isEmpty()) {
      parts.add(now.refused().size() + " topics left out");
    }
    return String.join(" | ", parts);
  }

  private static long rows(JobStatus status) {
    return status.tables().stream()
        .flatMap(table -> table.activity().stream())
        .mapToLong(TableStatus.Activity::rows)
        .sum();
  }

  private static String age(Instant newest, Instant now) {
    return StatusText.seconds(Math.max(0, Duration.between(newest, now).toMillis()));
  }

  private static void count(List<String> parts, JobStatus now, TableState state, String label) {
    long count = now.tables().stream().filter(table -> table.state() == state).count();
    if (count > 0) {
      parts.add(count + " " + label);
    }
  }
}
