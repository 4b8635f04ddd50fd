package io.freshet.lake.config;

import java.time.Duration;
import java.util.List;

/**
 * One lake table.
 *
 * @param topic Kafka topic that feeds it
 * @param database metastore database, also the table's folder under the warehouse
 * @param table table name
 * @param settings what it is like
 */
public record TableConfig(String topic, String database, String table, TableSettings settings) {

  /** {@code database.table}, as SQL and messages name it. */
  public String name() {
    return database + "." + table;
  }

  /** How Hudi stores it. */
  public TableType type() {
    return settings.type();
  }

  /** Source columns that partition it; empty for none. */
  public List<String> partitionBy() {
    return settings.partitionBy();
  }

  /** What a DELETE leaves. */
  public DeleteMode deletes() {
    return settings.deletes();
  }

  /** How far back a query as of an instant reaches at least. */
  public Duration timeTravel() {
    return settings.timeTravel();
  }

  /** What is said of its index. */
  public IndexConfig index() {
    return settings.index();
  }
}
