package io.freshet.lake.config;

/** What becomes of a new table whose landing log lost its beginning to retention. */
enum EmptiedLogs {
  /** It is refused: rows that were not changed since would be missing. */
  REFUSE,
  /** It begins with what is left. */
  READ
}
