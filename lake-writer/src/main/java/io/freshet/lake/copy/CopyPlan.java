package io.freshet.lake.copy;

import io.freshet.lake.config.CopyTable;
import java.util.List;

/**
 * What a copy will do.
 *
 * @param tables in the order in which they are begun, the largest first
 */
public record CopyPlan(List<Copy> tables) {
  /**
   * One table.
   *
   * @param table as configured
   * @param source as it was found
   */
  public record Copy(CopyTable table, SourceTable source) {
    /** Columns that it will have, with their types. */
    public String columns() {
      return source.rows().schema().simpleString();
    }

    /** About how many rows there are; -1 where that is not known. */
    public long rows() {
      return source.count();
    }

    /** Columns that are not copied, each with the reason. */
    public List<String> leftOut() {
      return source.leftOut();
    }
  }

  public CopyPlan {
    tables = List.copyOf(tables);
  }
}
