package io.freshet.lake.postgres;

import io.freshet.lake.change.Temporals;
import java.math.BigDecimal;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Dates and times in PostgreSQL's binary formats: days and microseconds since 2000-01-01, with the
 * ends of their ranges for infinity. They become what {@link Temporals} makes of Debezium's.
 */
final class Times {
  private static final int DAYS_TO_2000 = 10_957;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
  private static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
  private static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
  private static final long MICROS_TO_2000 = DAYS_TO_2000 * MICROS_PER_DAY;
  private static final int MONTHS_PER_YEAR = 12;

  /** As Debezium counts. */
  private static final double DAYS_PER_MONTH = 365.25 / MONTHS_PER_YEAR;

  private Times() {}

  static Object date(byte[] bytes, int at, int length) {
    int days = Wire.int4(bytes, at);
    return switch (days) {
      case Integer.MAX_VALUE -> Temporals.LAST_DAY;
      case Integer.MIN_VALUE -> Temporals.FIRST_DAY;
      default -> days + DAYS_TO_2000;
    };
  }

  static Object timestamp(byte[] bytes, int at, int length) {
    long micros = Wire.int8(bytes, at);
    if (micros == Long.MAX_VALUE) {
      return Temporals.LAST;
    }
    return micros == Long.MIN_VALUE ? Temporals.FIRST : micros + MICROS_TO_2000;
  }

  static Object time(byte[] bytes, int at, int length) {
    return UTF8String.fromString(Temporals.time(Wire.int8(bytes, at)));
  }

  /** A time within an array: Debezium gives its milliseconds alone. */
  static Object timeInArray(byte[] bytes, int at, int length) {
    long micros = Wire.int8(bytes, at);
    return UTF8String.fromString(Temporals.time(micros - micros % 1_000));
  }

  /** A time in UTC; its zone comes as seconds west of Greenwich. */
  static Object zonedTime(byte[] bytes, int at, int length) {
    long micros = Wire.int8(bytes, at) + Wire.int4(bytes, at + 8) * MICROS_PER_SECOND;
    return UTF8String.fromString(Temporals.time(Math.floorMod(micros, MICROS_PER_DAY)) + "Z");
  }

  /** ISO 8601, each part with a sign of its own. */
  static Object intervalText(byte[] bytes, int at, int length) {
    long micros = Wire.int8(bytes, at);
    int days = Wire.int4(bytes, at + 8);
    int months = Wire.int4(bytes, at + 12);
    BigDecimal seconds = BigDecimal.valueOf(micros % MICROS_PER_MINUTE, 6).stripTrailingZeros();
    return UTF8String.fromString(
        "P%dY%dM%dDT%dH%dM%sS"
            .formatted(
                months / MONTHS_PER_YEAR,
                months % MONTHS_PER_YEAR,
                days,
                micros / MICROS_PER_HOUR,
                micros / MICROS_PER_MINUTE % 60,
                seconds.toPlainString()));
  }

  /** Microseconds, in floating point as Debezium counts them. */
  static Object intervalMicros(byte[] bytes, int at, int length) {
    long micros = Wire.int8(bytes, at);
    double days = Wire.int4(bytes, at + 12) * DAYS_PER_MONTH + Wire.int4(bytes, at + 8);
    double hours = days * 24 + micros / MICROS_PER_HOUR;
    double minutes = hours * 60 + micros / MICROS_PER_MINUTE % 60;
    double seconds = minutes * 60 + micros % MICROS_PER_MINUTE / (double) MICROS_PER_SECOND;
    return (long) (seconds * MICROS_PER_SECOND);
  }
}
