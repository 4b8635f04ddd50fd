package io.freshet.lake.verify;

import io.freshet.lake.config.TopicPattern;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/** Values as they are shown to a person. */
final class Masking {
  /** What is shown of a value that is not. */
  static final String MASKED = "***";

  private static final List<String> SECRETS = List.of("password", "passwd", "secret", "token");
  private static final int LONGEST = 120;

  private final TopicPattern masked;

  /**
   * @param mask columns whose values are not shown
   */
  Masking(List<String> mask) {
    this.masked = new TopicPattern(mask, List.of());
  }

  /**
   * @param value as Spark takes it in a row; may be null
   */
  String shown(SourceTable table, String column, Object value) {
    return value == null || !isMasked(table, column) ? shown(value) : MASKED;
  }

  private boolean isMasked(SourceTable table, String column) {
    String name = column.toLowerCase(Locale.ROOT);
    return SECRETS.stream().anyMatch(name::contains)
        || masked.matches(column)
        || masked.matches(table.name() + "." + column)
        || masked.matches(table.label() + "." + column);
  }

  private static String shown(Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof String text) {
      return "'" + shortened(text.replace("'", "''")) + "'";
    }
    if (value instanceof byte[] bytes) {
      return "\\x" + shortened(HexFormat.of().formatHex(bytes));
    }
    if (value instanceof List<?> items) {
      return items.stream().limit(10).map(Masking::shown).toList()
          + (items.size() > 10 ? " of " + items.size() : "");
    }
    if (value instanceof Row row) {
      return row.mkString("(", ", ", ")");
    }
    return value instanceof Instant instant ? instant.toString() : String.valueOf(value);
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST) + "… (" + text.length() + " characters)";
  }
}
