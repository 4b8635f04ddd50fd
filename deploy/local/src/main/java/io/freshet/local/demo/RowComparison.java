package io.freshet.local.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compares a lake table's rows with PostgreSQL's, all rows and all columns. */
final class RowComparison {
  private RowComparison() {}

  /**
   * Finds the first difference.
   *
   * @param table whose columns are compared
   * @param where the lake table, for the answer's text
   * @param expected PostgreSQL's rows, column name to value as text, null for NULL
   * @param actual the lake's rows likewise; more columns than the table's are fine
   * @return what differs; empty if every key has exactly one row, with the same values
   */
  static Optional<String> firstDifference(
      SourceTable table,
      String where,
      List<Map<String, String>> expected,
      List<Map<String, String>> actual) {
    Map<String, Map<String, String>> lake = new HashMap<>();
    for (Map<String, String> row : actual) {
      String key = row.get(table.key());
      if (lake.put(key, row) != null) {
        return difference(table, where, key, "has more than one row in the lake");
      }
    }
    Set<String> keys = new HashSet<>();
    for (Map<String, String> row : expected) {
      String key = row.get(table.key());
      keys.add(key);
      Optional<String> difference = differenceOfRow(table, row, lake.get(key));
      if (difference.isPresent()) {
        return difference(table, where, key, difference.get());
      }
    }
    for (Map<String, String> row : actual) {
      String key = row.get(table.key());
      if (!keys.contains(key)) {
        return difference(table, where, key, "is in the lake, but not in PostgreSQL");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> differenceOfRow(
      SourceTable table, Map<String, String> expected, Map<String, String> actual) {
    if (actual == null) {
      return Optional.of("is in PostgreSQL, but not in the lake");
    }
    for (String column : table.columns()) {
      if (!Objects.equals(expected.get(column), actual.get(column))) {
        return Optional.of(
            "has %s %s in PostgreSQL, but %s in the lake"
                .formatted(column, quoted(expected.get(column)), quoted(actual.get(column))));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(
      SourceTable table, String where, String key, String what) {
    return Optional.of("%s: %s %s %s".formatted(where, table.key(), key, what));
  }

  private static String quoted(String value) {
    return value == null ? "null" : "'" + value + "'";
  }
}
