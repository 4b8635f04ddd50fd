package io.freshet.lake.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The whole of a lake job's configuration.
 *
 * @param warehouse folder of the lake: a table lies at {@code <warehouse>/<database>/<table>}
 * @param metastore Hive metastore to keep in step; empty for no sync
 * @param source where changes come from
 * @param registry Apicurio's base URL: a topic's key schema names its table's key columns
 * @param concurrentTables how many tables may be written at the same time, 1 or more
 * @param tables at least one
 */
public record LakeConfig(
    URI warehouse,
    Optional<URI> metastore,
    SourceConfig source,
    URI registry,
    int concurrentTables,
    List<TableConfig> tables) {

  public LakeConfig {
    tables = List.copyOf(tables);
  }

  /** Where a table lies. */
  public String location(TableConfig table) {
    String base = warehouse.toString();
    return (base.endsWith("/") ? base : base + "/") + table.database() + "/" + table.table();
  }
}
