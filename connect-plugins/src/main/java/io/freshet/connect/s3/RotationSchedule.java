package io.freshet.connect.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * Rotation by the clock on the wall: every period since a day's start, and at each day's start.
 *
 * @param periodMs milliseconds between two rotations; zero or less: no rotation
 * @param zone where the days start
 */
record RotationSchedule(long periodMs, ZoneId zone) {

  /**
   * The first rotation after a moment, milliseconds since the epoch; {@link Long#MAX_VALUE}: never.
   *
   * @param moment milliseconds since the epoch
   */
  long after(long moment) {
    if (periodMs <= 0) {
      return Long.MAX_VALUE;
    }
    // Not by 24 hours: where clocks are changed, a day has 23 or 25.
    LocalDate day = Instant.ofEpochMilli(moment).atZone(zone).toLocalDate();
    Instant midnight = day.atStartOfDay(zone).toInstant();
    Instant nextMidnight = day.plusDays(1).atStartOfDay(zone).toInstant();
    long begun = (moment - midnight.toEpochMilli()) / periodMs;
    long untilNext = Duration.between(midnight, nextMidnight).toMillis();
    long next = begun >= untilNext / periodMs ? untilNext : (begun + 1) * periodMs;
    return midnight.toEpochMilli() + next;
  }
}
