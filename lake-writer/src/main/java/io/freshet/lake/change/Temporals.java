package io.freshet.lake.change;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * Dates, times and timestamps as Debezium 3.7 writes them, for each of its {@code
 * time.precision.mode}s, as Spark's internal values.
 *
 * <p>PostgreSQL's {@code infinity} and {@code -infinity} become {@link #LAST} and {@link #FIRST}
 * (dates: their days), the ends of the range that Spark, Hive, Trino and Python share. Debezium
 * gives them as several numbers, all outside of what PostgreSQL can store as a finite value.
 */
public final class Temporals {
  /** 9999-12-31 23:59:59.999999 UTC in microseconds, for {@code infinity}. */
  public static final long LAST = micros(LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000));

  /** 0001-01-01 00:00:00 UTC in microseconds, for {@code -infinity}. */
  public static final long FIRST = micros(LocalDateTime.of(1, 1, 1, 0, 0));

  /** 9999-12-31 in days since 1970, for {@code infinity}. */
  public static final int LAST_DAY = (int) LocalDate.of(9999, 12, 31).toEpochDay();

  /** 0001-01-01 in days since 1970, for {@code -infinity}. */
  public static final int FIRST_DAY = (int) LocalDate.of(1, 1, 1).toEpochDay();

  /** PostgreSQL's finite dates: 4713-01-01 BC (a day less for time zones) to 5874897-12-31. */
  private static final int LEAST_DAY = -2_451_546;

  private static final int MOST_DAY = 2_145_042_906;

  /**
   * What the driver's {@code infinity}, 9,223,372,036,825,200,000 ms, leaves of its days in an int;
   * Debezium writes it in snapshots and in arrays. A day more or less stands for the time zone.
   */
  private static final int OVERFLOWN_INFINITY = -622_191_234;

  /** The driver's {@code infinity} and {@code -infinity} in milliseconds. */
  private static final long INFINITY_MILLIS = 9_223_372_036_825_200_000L;

  private static final long MINUS_INFINITY_MILLIS = -9_223_372_036_832_400_000L;

  /** Years that these have as text; PostgreSQL's finite timestamps end with the year 294276. */
  private static final Map<String, Long> INFINITE_YEARS =
      Map.of("+292278994-", LAST, "+292269055-", FIRST, "-292269054-", FIRST);

  private static final long MICROS_PER_SECOND = 1_000_000;

  private Temporals() {}

  /** Days since 1970-01-01, for Spark's date. */
  static Object date(Object days) {
    int day = (Integer) days;
    if (day > MOST_DAY || Math.abs((long) day - OVERFLOWN_INFINITY) <= 1) {
      return LAST_DAY;
    }
    return day < LEAST_DAY ? FIRST_DAY : day;
  }

  /** An ISO date, with or without an offset behind it. */
  static Object isoDate(Object text) {
    String value = text.toString();
    return switch (value) {
      case "infinity" -> LAST_DAY;
      case "-infinity" -> FIRST_DAY;
      default -> (int) LocalDate.parse(withoutOffset(value)).toEpochDay();
    };
  }

  /** Milliseconds since 1970, for Spark's timestamp. */
  static Object millis(Object millis) {
    long value = (Long) millis;
    if (value == INFINITY_MILLIS || value == Long.MAX_VALUE) {
      return LAST;
    }
    return value == MINUS_INFINITY_MILLIS || value == Long.MIN_VALUE
        ? FIRST
        : Math.multiplyExact(value, 1_000L);
  }

  /** Microseconds since 1970, for Spark's timestamp. */
  static Object micros(Object micros) {
    long value = (Long) micros;
    return value == Long.MAX_VALUE ? LAST : value == Long.MIN_VALUE ? FIRST : value;
  }

  /** Nanoseconds since 1970, of which PostgreSQL has whole microseconds, for Spark's timestamp. */
  static Object nanos(Object nanos) {
    long value = (Long) nanos;
    return value == Long.MAX_VALUE
        ? LAST
        : value == Long.MIN_VALUE ? FIRST : Math.floorDiv(value, 1_000L);
  }

  /** ISO-8601 with an offset, up to microseconds, for Spark's timestamp. */
  static Object zoned(Object text) {
    String value = text.toString();
    if (value.equals("infinity")) {
      return LAST;
    }
    if (value.equals("-infinity")) {
      return FIRST;
    }
    Long infinite =
        value.length() > 11 && (value.charAt(0) == '+' || value.charAt(0) == '-')
            ? INFINITE_YEARS.get(value.substring(0, 11))
            : null;
    return infinite != null ? infinite : micros(OffsetDateTime.parse(value).toInstant());
  }

  /** Microseconds since midnight as PostgreSQL prints a time: {@code HH:mm:ss[.ffffff]}. */
  public static String time(long micros) {
    long seconds = micros / MICROS_PER_SECOND;
    long fraction = micros % MICROS_PER_SECOND;
    String text = "%02d:%02d:%02d".formatted(seconds / 3_600, seconds / 60 % 60, seconds % 60);
    return fraction == 0 ? text : text + "." + "%06d".formatted(fraction).replaceAll("0+$", "");
  }

  /** An ISO time with the offset Z, as PostgreSQL prints a time. */
  static String isoTime(Object text) {
    String time = withoutOffset(text.toString());
    return time.contains(".") ? time.replaceAll("\\.?0+$", "") : time;
  }

  private static String withoutOffset(String iso) {
    return iso.endsWith("Z") ? iso.substring(0, iso.length() - 1) : iso;
  }

  private static long micros(LocalDateTime utc) {
    return micros(utc.toInstant(ZoneOffset.UTC));
  }

  private static long micros(Instant instant) {
    // Not by ChronoUnit, which goes by way of nanoseconds: those fit for 292 years only.
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / 1_000);
  }
}
