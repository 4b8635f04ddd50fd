package io.freshet.lake.config;

import io.freshet.lake.LakeException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The source database, for what reads it directly: {@code snapshot}, {@code verify} and repairs.
 * What the source connector reads of it only a snapshot needs to know.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param database its name
 * @param user who reads; needs SELECT, and for a snapshot REPLICATION and the right to publish the
 *     tables
 * @param password a secret; {@link #toString} leaves it out
 * @param properties further settings of the JDBC driver, such as {@code sslmode}
 * @param topicPrefix the source connector's {@code topic.prefix}: a table's topic is {@code
 *     <prefix>.<schema>.<table>}; empty where nothing is said
 * @param slot the source connector's {@code slot.name}; empty where nothing is said
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

  /**
   * Refuses a section that does not say what a snapshot needs to know.
   *
   * @throws LakeException naming what it lacks
   */
  public void requireForSnapshot() {
    Map<String, Boolean> lacks = new TreeMap<>();
    lacks.put("postgres.slot", slot.isEmpty());
    lacks.put("postgres.tables", tables.include().isEmpty());
    lacks.put("postgres.topic-prefix", topicPrefix.isEmpty());
    lacks.values().removeIf(lacking -> !lacking);
    if (!lacks.isEmpty()) {
      throw new LakeException(
          "%s is missing; a snapshot needs the source connector's slot.name, table.include.list and topic.prefix as slot, tables: [schema.table, schema.*] and topic-prefix"
              .formatted(String.join(", ", lacks.keySet())));
    }
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
