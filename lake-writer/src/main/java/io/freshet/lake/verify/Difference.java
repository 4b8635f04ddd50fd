package io.freshet.lake.verify;

import java.util.List;
import java.util.Map;

/**
 * A key whose rows differ.
 *
 * @param kind how
 * @param key the key columns' values, for a person
 * @param values the columns in which the rows differ; of a row that one side has alone, all
 */
public record Difference(Kind kind, Map<String, String> key, List<Values> values) {
  /** How rows differ. */
  public enum Kind {
    /** PostgreSQL has the row, the lake does not. */
    MISSING,
    /** The lake has the row, PostgreSQL does not. */
    EXTRA,
    /** Both have it, with other values. */
    DIFFERENT
  }

  /**
   * A column's values, for a person, masked where that was asked for.
   *
   * @param column its name in PostgreSQL
   * @param source what PostgreSQL has; empty text where it has no row
   * @param lake what the lake has; empty text where it has no row
   */
  public record Values(String column, String source, String lake) {}
}
