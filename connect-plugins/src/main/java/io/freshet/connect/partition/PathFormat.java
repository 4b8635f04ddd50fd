package io.freshet.connect.partition;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalField;
import java.util.Locale;

/**
 * A time as a path: {@code 'year'=YYYY/'month'=MM/'day'=dd}. The letters are those of Joda-Time's
 * {@code DateTimeFormat}, which Confluent's sinks use, with the meanings that they have there:
 * {@code Y} is the year of era, and the year that weeks belong to is {@code x}.
 */
public final class PathFormat {
  private static final int MAX_DIGITS = 19;
  private static final int CENTURY = 2_000;

  private final DateTimeFormatter formatter;

  private PathFormat(DateTimeFormatter formatter) {
    this.formatter = formatter;
  }

  /**
   * @param pattern the pattern; slashes at its ends don't count
   * @param locale language of names of months and days
   * @throws IllegalArgumentException if it is no pattern, or gives no path
   */
  public static PathFormat of(String pattern, Locale locale) {
    String path = pattern.strip().replaceAll("^/+|/+$", "");
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          "must not be empty; use a pattern such as 'year'=YYYY/'month'=MM/'day'=dd");
    }
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
    int at = 0;
    while (at < path.length()) {
      char c = path.charAt(at);
      int end = at + 1;
      if (c == '\'') {
        end = quoted(path, at, builder);
      } else if (isLetter(c)) {
        while (end < path.length() && path.charAt(end) == c) {
          end++;
        }
        append(builder, c, end - at);
      } else {
        builder.appendLiteral(c);
      }
      at = end;
    }
    PathFormat format = new PathFormat(builder.toFormatter(locale));
    checkSegments(format.format(ZonedDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC)));
    return format;
  }

  String format(ZonedDateTime time) {
    return formatter.format(time);
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /** A text in quotes, in which two quotes are one; returns the index after it. */
  private static int quoted(String pattern, int at, DateTimeFormatterBuilder builder) {
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < pattern.length()) {
      if (pattern.charAt(i) != '\'') {
        text.append(pattern.charAt(i++));
      } else if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '\'') {
        text.append('\'');
        i += 2;
      } else {
        break;
      }
    }
    // Two quotes outside of a text are one, too.
    builder.appendLiteral(i == at + 1 ? "'" : text.toString());
    return i + 1;
  }

  private static void append(DateTimeFormatterBuilder builder, char letter, int count) {
    TextStyle style = count >= 4 ? TextStyle.FULL : TextStyle.SHORT;
    switch (letter) {
      case 'G' -> builder.appendText(ChronoField.ERA, TextStyle.SHORT);
      case 'Y' -> year(builder, ChronoField.YEAR_OF_ERA, count);
      case 'y' -> year(builder, ChronoField.YEAR, count);
      case 'x' -> year(builder, IsoFields.WEEK_BASED_YEAR, count);
      case 'w' -> number(builder, IsoFields.WEEK_OF_WEEK_BASED_YEAR, count);
      case 'e' -> number(builder, ChronoField.DAY_OF_WEEK, count);
      case 'E' -> builder.appendText(ChronoField.DAY_OF_WEEK, style);
      case 'D' -> number(builder, ChronoField.DAY_OF_YEAR, count);
      case 'M' -> {
        if (count >= 3) {
          builder.appendText(ChronoField.MONTH_OF_YEAR, style);
        } else {
          number(builder, ChronoField.MONTH_OF_YEAR, count);
        }
      }
      case 'd' -> number(builder, ChronoField.DAY_OF_MONTH, count);
      case 'a' -> builder.appendText(ChronoField.AMPM_OF_DAY, TextStyle.SHORT);
      case 'K' -> number(builder, ChronoField.HOUR_OF_AMPM, count);
      case 'h' -> number(builder, ChronoField.CLOCK_HOUR_OF_AMPM, count);
      case 'H' -> number(builder, ChronoField.HOUR_OF_DAY, count);
      case 'k' -> number(builder, ChronoField.CLOCK_HOUR_OF_DAY, count);
      case 'm' -> number(builder, ChronoField.MINUTE_OF_HOUR, count);
      case 's' -> number(builder, ChronoField.SECOND_OF_MINUTE, count);
      case 'S' -> builder.appendFraction(ChronoField.NANO_OF_SECOND, count, count, false);
      case 'z' -> builder.appendZoneText(style);
      case 'Z' -> {
        if (count >= 3) {
          builder.appendZoneId();
        } else {
          builder.appendOffset(count == 1 ? "+HHMM" : "+HH:MM", count == 1 ? "+0000" : "+00:00");
        }
      }
      default ->
          throw new IllegalArgumentException(
              "has the letter %s, which is none of GYyxwedDEMaKhHkmsSzZ; put text in single quotes"
                  .formatted(letter));
    }
  }

  private static void year(DateTimeFormatterBuilder builder, TemporalField field, int count) {
    if (count == 2) {
      builder.appendValueReduced(field, 2, 2, CENTURY);
    } else {
      number(builder, field, count);
    }
  }

  private static void number(DateTimeFormatterBuilder builder, TemporalField field, int count) {
    builder.appendValue(field, count, MAX_DIGITS, SignStyle.NORMAL);
  }

  private static void checkSegments(String path) {
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException(
            "gives paths such as '%s', which has a part that is no folder".formatted(path));
      }
    }
  }
}
