package io.freshet.lake.config;

import java.util.List;
import java.util.Optional;

/**
 * One table to copy.
 *
 * @param from its name in the source
 * @param to its name in the target; {@code database.table} where that has files
 * @param mode what becomes of the rows that are there
 * @param key columns that tell its rows apart; empty for those of the source
 * @param excludeColumns columns of the source that are left out
 * @param split how several tasks read it from a JDBC source; empty for one task
 * @param settings what it is like; what is about changes is not asked
 */
public record CopyTable(
    String from,
    String to,
    CopyMode mode,
    List<String> key,
    List<String> excludeColumns,
    Optional<Split> split,
    TableSettings settings) {

  /**
   * Ranges of a column.
   *
   * @param column a column of whole numbers
   * @param parts how many ranges, 2 or more
   */
  public record Split(String column, int parts) {}

  public CopyTable {
    key = List.copyOf(key);
    excludeColumns = List.copyOf(excludeColumns);
  }
}
