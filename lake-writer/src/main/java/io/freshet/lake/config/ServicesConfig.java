package io.freshet.lake.config;

import java.time.Duration;

/**
 * When tables are compacted, cleaned and archived, and by whom.
 *
 * @param besideIngest whether {@code ingest} does it; if not, {@code maintain} alone does
 * @param interval how often each table is looked at
 * @param compactAfterCommits commits of a merge-on-read table before its logs are merged into base
 *     files, 1 or more
 * @param activeCommits commits that stay in a table's active timeline, which every commit and query
 *     lists; the others are archived, and can be read as of no less
 */
public record ServicesConfig(
    boolean besideIngest, Duration interval, int compactAfterCommits, int activeCommits) {

  /** What holds where nothing is said. */
  public static final ServicesConfig DEFAULTS =
      new ServicesConfig(true, Duration.ofSeconds(60), 20, 40);
}
