package io.freshet.lake.config;

import java.util.List;

/**
 * One lake table.
 *
 * @param topic Kafka topic that feeds it
 * @param database metastore database, also the table's folder under the warehouse
 * @param table table name
 * @param type how Hudi stores it
 * @param partitionBy source columns that partition it; empty for none
 * @param deletes what a DELETE leaves
 */
public record TableConfig(
    String topic,
    String database,
    String table,
    TableType type,
    List<String> partitionBy,
    DeleteMode deletes) {

  public TableConfig {
    partitionBy = List.copyOf(partitionBy);
  }

  /** {@code database.table}, as SQL and messages name it. */
  public String name() {
    return database + "." + table;
  }
}
