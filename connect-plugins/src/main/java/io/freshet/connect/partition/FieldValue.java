package io.freshet.connect.partition;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;

/**
 * A field's value that is not null.
 *
 * @param raw a {@link Boolean}, {@link Number} or {@link String}; of a date or time its number
 * @param kind what the number counts
 */
record FieldValue(Object raw, Kind kind) {

  /** How a number is written in a path. */
  private enum Shape {
    NUMBER,
    DATE,
    TIME,
    MOMENT,
    LOCAL_MOMENT
  }

  /** What a number counts, and since when. */
  enum Kind {
    /** Nothing that is known. As a moment: a long counts milliseconds, an int seconds. */
    PLAIN(null, Shape.NUMBER),
    DATE(ChronoUnit.DAYS, Shape.DATE),
    TIME_MILLIS(ChronoUnit.MILLIS, Shape.TIME),
    TIME_MICROS(ChronoUnit.MICROS, Shape.TIME),
    TIMESTAMP_MILLIS(ChronoUnit.MILLIS, Shape.MOMENT),
    TIMESTAMP_MICROS(ChronoUnit.MICROS, Shape.MOMENT),
    TIMESTAMP_NANOS(ChronoUnit.NANOS, Shape.MOMENT),
    LOCAL_TIMESTAMP_MILLIS(ChronoUnit.MILLIS, Shape.LOCAL_MOMENT),
    LOCAL_TIMESTAMP_MICROS(ChronoUnit.MICROS, Shape.LOCAL_MOMENT),
    LOCAL_TIMESTAMP_NANOS(ChronoUnit.NANOS, Shape.LOCAL_MOMENT),
    /** Debezium's: other sinks know them as numbers, so they stay numbers in a path. */
    EPOCH_DAYS(ChronoUnit.DAYS, Shape.NUMBER),
    EPOCH_MILLIS(ChronoUnit.MILLIS, Shape.NUMBER),
    EPOCH_MICROS(ChronoUnit.MICROS, Shape.NUMBER),
    EPOCH_NANOS(ChronoUnit.NANOS, Shape.NUMBER),
    /** A number that is a time of day, a duration or a year. */
    NO_MOMENT(null, Shape.NUMBER);

    private final ChronoUnit unit;
    private final Shape shape;

    Kind(ChronoUnit unit, Shape shape) {
      this.unit = unit;
      this.shape = shape;
    }
  }

  /** A year, a month, a date, or a date and a time, with an offset or without. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern("uuuu[-MM[-dd]]")
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .appendPattern("[XXX][XX][X]['['VV']']")
          .parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
          .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
          .toFormatter();

  static FieldValue plain(Object raw) {
    return new FieldValue(raw, Kind.PLAIN);
  }

  /**
   * The value's text, the same for equal values.
   *
   * @throws DateTimeException if it is out of its type's range
   * @throws ArithmeticException if it is far out of it
   */
  String text() {
    return switch (kind.shape) {
      case NUMBER -> raw instanceof BigDecimal decimal ? decimal.toPlainString() : raw.toString();
      case DATE -> LocalDate.ofEpochDay(number()).toString();
      case TIME ->
          LocalTime.ofNanoOfDay(Math.multiplyExact(number(), kind.unit.getDuration().toNanos()))
              .toString();
      case MOMENT -> instant().toString();
      case LOCAL_MOMENT -> LocalDateTime.ofInstant(instant(), ZoneOffset.UTC).toString();
    };
  }

  /**
   * The value as a moment, milliseconds since the epoch. A text is read by ISO 8601, in UTC unless
   * it says otherwise.
   *
   * @throws DateTimeException if the value is none
   * @throws ArithmeticException if it is out of range
   */
  long moment() {
    if (raw instanceof String text) {
      return parsed(text);
    }
    if (kind == Kind.PLAIN && raw instanceof Integer seconds) {
      return seconds * 1_000L;
    }
    if (kind == Kind.PLAIN && raw instanceof Number millis && !(raw instanceof BigDecimal)) {
      return millis.longValue();
    }
    if (kind.unit == null || kind.shape == Shape.TIME) {
      throw new DateTimeException("it is no moment");
    }
    return instant().toEpochMilli();
  }

  private Instant instant() {
    return Instant.EPOCH.plus(number(), kind.unit);
  }

  private long number() {
    return ((Number) raw).longValue();
  }

  private static long parsed(String text) {
    TemporalAccessor time =
        ISO.parseBest(
            text.strip(),
            ZonedDateTime::from,
            OffsetDateTime::from,
            LocalDateTime::from,
            LocalDate::from);
    if (time instanceof ZonedDateTime zoned) {
      return zoned.toInstant().toEpochMilli();
    }
    if (time instanceof OffsetDateTime offset) {
      return offset.toInstant().toEpochMilli();
    }
    LocalDateTime local =
        time instanceof LocalDate date ? date.atStartOfDay() : LocalDateTime.from(time);
    return local.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
