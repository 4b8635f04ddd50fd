package io.freshet.lake.table;

import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
import io.freshet.schemas.ChangeColumns;
import java.util.List;

/**
 * What identifies a Hudi table and shapes its files.
 *
 * @param config as configured
 * @param location where it lies
 * @param keys key columns, at least one
 */
public record TableSpec(TableConfig config, String location, List<String> keys) {
  public TableSpec {
    keys = List.copyOf(keys);
  }

  /**
   * Whether it may have deleted rows that a reader would rather not see, and has a view for that.
   */
  boolean hasCurrentView() {
    return config.settings().currentView() && config.deletes() == DeleteMode.SOFT && !changelog();
  }

  /** Whether each change is a row of its own. */
  boolean changelog() {
    return keys.contains(ChangeColumns.OFFSET);
  }

  boolean mergeOnRead() {
    return config.type() == TableType.MERGE_ON_READ;
  }

  boolean partitioned() {
    return !config.partitionBy().isEmpty();
  }

  /**
   * Whether its writer has to see to it that a row lies in one partition only: a bucket index does
   * not, and a change does not say where its row was. A row whose partition is part of its key
   * stays there, and what has no key but its place in the topic is never changed.
   */
  boolean moves(TableIndex index) {
    return index.bucket()
        && partitioned()
        && !keys.containsAll(config.partitionBy())
        && !changelog();
  }
}
