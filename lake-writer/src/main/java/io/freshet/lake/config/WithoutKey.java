package io.freshet.lake.config;

/** What becomes of a source table without a primary key. */
public enum WithoutKey {
  /** It makes no lake table, and says so. */
  REFUSE,
  /** Its changes are appended, one row each; none replaces another. */
  APPEND
}
