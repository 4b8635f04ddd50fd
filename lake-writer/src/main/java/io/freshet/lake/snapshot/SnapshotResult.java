package io.freshet.lake.snapshot;

import java.time.Duration;
import java.util.List;

/**
 * What a snapshot has made.
 *
 * @param lsn where the source connector goes on, such as {@code 0/1A2B3C8}
 * @param loaded what this run loaded
 * @param resumed lake tables that a former run had loaded of the same snapshot
 * @param took how long this run took
 * @param walBytes WAL that the slot keeps by now, for the source connector
 */
public record SnapshotResult(
    String lsn, List<Loaded> loaded, List<String> resumed, Duration took, long walBytes) {

  /**
   * One table.
   *
   * @param table lake table, as {@code database.table}
   * @param rows rows that it has
   * @param bytes bytes that PostgreSQL sent
   * @param took how long it took
   */
  public record Loaded(String table, long rows, long bytes, Duration took) {}

  public SnapshotResult {
    loaded = List.copyOf(loaded);
    resumed = List.copyOf(resumed);
  }
}
