package io.freshet.lake.config;

/** What a source's DELETE leaves in the lake. */
public enum DeleteMode {
  /** The row stays with its key and change columns; all others become null. */
  SOFT,
  /** The row is gone. */
  HARD
}
