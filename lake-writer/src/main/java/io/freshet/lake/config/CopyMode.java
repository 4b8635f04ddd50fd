package io.freshet.lake.config;

/** What becomes of the rows that a copy's table has already. */
public enum CopyMode {
  /** They stay, and rows are added to them. */
  APPEND,
  /** They go, in the moment in which the new ones come. */
  REPLACE,
  /** They stay, but for those of the same key, which the new ones replace. */
  UPSERT
}
