package io.freshet.connectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Debezium PostgreSQL connector holds in its database. It outlives the connector, and a slot
 * that nobody reads keeps WAL until the disk is full.
 *
 * @param slot the replication slot's name
 * @param publication the publication's name
 * @param database where both are
 * @param droppedOnStop whether the connector drops the slot by itself when it stops
 */
record ReplicationSlot(String slot, String publication, String database, boolean droppedOnStop) {
  private static final String CONNECTOR = "io.debezium.connector.postgresql.PostgresConnector";

  /** The slot of a connector's config; empty if it is no Debezium PostgreSQL connector. */
  static Optional<ReplicationSlot> of(Map<String, String> config) {
    String connectorClass = config.getOrDefault("connector.class", "");
    if (!new Plugin(CONNECTOR, "source", "").isNamed(connectorClass)) {
      return Optional.empty();
    }
    return Optional.of(
        new ReplicationSlot(
            config.getOrDefault("slot.name", "debezium"),
            config.getOrDefault("publication.name", "dbz_publication"),
            config.getOrDefault("database.dbname", "its database"),
            Boolean.parseBoolean(config.getOrDefault("slot.drop.on.stop", "false"))));
  }

  /** What to tell a user who has just deleted the connector. */
  List<String> farewell() {
    List<String> lines = new ArrayList<>();
    if (!droppedOnStop) {
      lines.add(
          "its replication slot '"
              + slot
              + "' stays in PostgreSQL and keeps WAL; unless the connector comes back, run in "
              + database
              + ":");
      lines.add("  SELECT pg_drop_replication_slot('" + slot.replace("'", "''") + "');");
    } else {
      lines.add("its publication stays in PostgreSQL; to drop it, run in " + database + ":");
    }
    lines.add("  DROP PUBLICATION IF EXISTS \"" + publication.replace("\"", "\"\"") + "\";");
    return lines;
  }
}
