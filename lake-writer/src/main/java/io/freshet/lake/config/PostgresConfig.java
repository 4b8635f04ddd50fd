package io.freshet.lake.config;

import java.util.Map;
import java.util.TreeMap;

/**
 * The database that {@code snapshot} reads, and what the source connector will read of it.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param database its name
 * @param user who reads; needs REPLICATION, SELECT and the right to publish the tables
 * @param password a secret; {@link #toString} leaves it out
 * @param properties further settings of the JDBC driver, such as {@code sslmode}
 * @param topicPrefix the source connector's {@code topic.prefix}: a table's topic is {@code
 *     <prefix>.<schema>.<table>}
 * @param slot the source connector's {@code slot.name}
 * @param publication the source connector's {@code publication.name}
 * @param tables which tables, as {@code schema.table}
 * @param intervals the source connector's {@code interval.handling.mode}
 */
public record PostgresConfig(
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> properties,
    String topicPrefix,
    String slot,
    String publication,
    TopicPattern tables,
    IntervalMode intervals) {

  public PostgresConfig {
    properties = Map.copyOf(properties);
  }

  /** Where a JDBC driver finds the database. */
  public String url() {
    return "jdbc:postgresql://%s:%d/%s"
        .formatted(host.contains(":") ? "[" + host + "]" : host, port, database);
  }

  /** The topic that a table's changes go to. */
  public String topic(String schema, String table) {
    return topicPrefix + "." + schema + "." + table;
  }

  @Override
  public String toString() {
    return "%s user=%s properties=%s slot=%s publication=%s"
        .formatted(url(), user, new TreeMap<>(properties).keySet(), slot, publication);
  }
}
