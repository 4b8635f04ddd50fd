package io.freshet.lake.table;

import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableType;
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

  boolean mergeOnRead() {
    return config.type() == TableType.MERGE_ON_READ;
  }

  boolean partitioned() {
    return !config.partitionBy().isEmpty();
  }
}
