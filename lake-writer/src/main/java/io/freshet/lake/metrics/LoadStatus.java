package io.freshet.lake.metrics;

import java.util.OptionalLong;

/**
 * How far the load of one whole table is.
 *
 * @param table its name
 * @param state what is done with it
 * @param reason why it failed; empty text where it did not
 * @param rows that were read so far
 * @param expectedRows about how many there are; empty where the source does not say
 * @param bytes that were read so far
 * @param rowsPerSecond since it began
 * @param secondsLeft at that rate; empty where it is not known
 */
public record LoadStatus(
    String table,
    State state,
    String reason,
    long rows,
    OptionalLong expectedRows,
    long bytes,
    long rowsPerSecond,
    OptionalLong secondsLeft) {

  /** What is done with a table. */
  public enum State {
    /** Others come first. */
    WAITING,
    /** It is read and written. */
    LOADING,
    /** It is there. */
    LOADED,
    /** It is as it was before. */
    FAILED
  }
}
