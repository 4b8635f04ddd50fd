package io.freshet.lake.snapshot;

import java.time.Duration;

/**
 * How a snapshot is run.
 *
 * @param concurrentTables how many tables are loaded at the same time, 1 or more
 * @param keep whether a run that fails leaves what it has made, so that the next one goes on
 * @param hold how long the snapshot waits on the server for a run that was killed
 */
public record SnapshotSettings(int concurrentTables, boolean keep, Duration hold) {
  /** How long it waits where nothing is said. */
  public static final Duration USUAL_HOLD = Duration.ofMinutes(10);
}
