package io.freshet.lake.metrics;

import java.time.Instant;

/**
 * What the last comparison of a table with its source found.
 *
 * @param at when it was made
 * @param lsn where PostgreSQL's log stood then
 * @param scope what was compared: {@code all}, {@code sample} or {@code since}
 * @param rows rows of PostgreSQL that were compared
 * @param missing keys that PostgreSQL alone has
 * @param extra keys that the lake alone has
 * @param different keys with other values
 * @param unsettled keys that changed at every look
 */
public record Verified(
    Instant at,
    String lsn,
    String scope,
    long rows,
    long missing,
    long extra,
    long different,
    long unsettled) {

  /** How many keys differ. */
  public long differences() {
    return missing + extra + different;
  }
}
