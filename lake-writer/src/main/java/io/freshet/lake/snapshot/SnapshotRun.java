package io.freshet.lake.snapshot;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What a snapshot has made and how far it is; written down before each step, so that whatever kills
 * it leaves nothing that the next run does not know of.
 *
 * @param id stands in the commits of the tables that it made
 * @param slot the replication slot
 * @param publication the publication
 * @param ownPublication whether it made the publication
 * @param lsn where the slot begins, such as {@code 0/1A2B3C8}; empty: it was not made yet
 * @param snapshot name of the exported snapshot
 * @param holder the server process that holds the snapshot
 * @param at when the slot was made, milliseconds since the epoch
 * @param tables source tables, as {@code schema.table}
 * @param lakeTables lake tables, as {@code database.table}
 * @param finished whether all tables are there
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record SnapshotRun(
    String id,
    String slot,
    String publication,
    boolean ownPublication,
    String lsn,
    String snapshot,
    int holder,
    long at,
    List<String> tables,
    List<String> lakeTables,
    boolean finished) {

  SnapshotRun {
    tables = List.copyOf(tables);
    lakeTables = List.copyOf(lakeTables);
  }

  @JsonIgnore
  boolean hasSlot() {
    return !lsn.isEmpty();
  }

  SnapshotRun begunAt(String slotLsn, HeldSnapshot held, long now) {
    return new SnapshotRun(
        id,
        slot,
        publication,
        ownPublication,
        slotLsn,
        held.name(),
        held.process(),
        now,
        tables,
        lakeTables,
        finished);
  }

  SnapshotRun done() {
    return new SnapshotRun(
        id, slot, publication, ownPublication, lsn, snapshot, holder, at, tables, lakeTables, true);
  }
}
