package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.Decimals;
import io.freshet.lake.change.Temporals;
import io.freshet.lake.change.UnfitValueException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * Values that a driver gives as texts, as the lake has them: exactly, or not at all. What is
 * infinite becomes what it becomes of a change.
 */
final class JdbcTexts {
  private static final Pattern MOMENT =
      Pattern.compile(
          "(\\d{4,6})-(\\d\\d)-(\\d\\d)(?: (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?)?(?:\\+00)?( BC)?");

  private static final Set<String> NO_DECIMALS = Set.of("NaN", "Infinity", "-Infinity");

  private JdbcTexts() {}

  /**
   * @param name the column, for errors' texts
   */
  static Column value(Column text, DataType type, String name) {
    UDF1<String, Object> read;
    if (type instanceof DecimalType decimal) {
      int precision = decimal.precision();
      int scale = decimal.scale();
      read = value -> value == null ? null : decimal(value, precision, scale, name);
    } else if (type.equals(DataTypes.TimestampType)) {
      read = value -> value == null ? null : timestamp(value, name);
    } else {
      read = value -> value == null ? null : date(value, name);
    }
    return functions.udf(read, type).apply(text);
  }

  /** Null for what is no number, as it is in a change. */
  static BigDecimal decimal(String text, int precision, int scale, String name) {
    if (NO_DECIMALS.contains(text)) {
      return null;
    }
    try {
      return Decimals.exact(new BigDecimal(text), precision, scale).toJavaBigDecimal();
    } catch (UnfitValueException unfit) {
      throw new LakeException(
          "column %s holds %s, which decimal(%d,%d) can't hold; set bare-numeric: string for the table"
              .formatted(name, unfit.value(), precision, scale),
          unfit);
    } catch (NumberFormatException none) {
      throw unreadable(text, "number", name, none);
    }
  }

  static Instant timestamp(String text, String name) {
    return switch (text) {
      case "infinity" -> Instant.EPOCH.plus(Temporals.LAST, ChronoUnit.MICROS);
      case "-infinity" -> Instant.EPOCH.plus(Temporals.FIRST, ChronoUnit.MICROS);
      default -> moment(text, "timestamp", name).toInstant(ZoneOffset.UTC);
    };
  }

  static LocalDate date(String text, String name) {
    return switch (text) {
      case "infinity" -> LocalDate.ofEpochDay(Temporals.LAST_DAY);
      case "-infinity" -> LocalDate.ofEpochDay(Temporals.FIRST_DAY);
      default -> moment(text, "date", name).toLocalDate();
    };
  }

  private static LocalDateTime moment(String text, String kind, String name) {
    Matcher parts = MOMENT.matcher(text);
    if (!parts.matches()) {
      throw unreadable(text, kind, name, null);
    }
    int year = Integer.parseInt(parts.group(1));
    try {
      return LocalDateTime.of(
          parts.group(8) == null ? year : 1 - year,
          Integer.parseInt(parts.group(2)),
          Integer.parseInt(parts.group(3)),
          number(parts.group(4)),
          number(parts.group(5)),
          number(parts.group(6)),
          parts.group(7) == null ? 0 : number((parts.group(7) + "00000000").substring(0, 9)));
    } catch (DateTimeException none) {
      throw unreadable(text, kind, name, none);
    }
  }

  private static int number(String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static LakeException unreadable(String text, String kind, String name, Exception cause) {
    return new LakeException(
        "column %s holds '%s', which is no %s of the lake's; mend it, or leave the column out with exclude-columns"
            .formatted(name, text, kind),
        cause);
  }
}
