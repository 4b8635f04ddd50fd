package io.freshet.lake.config;

/** How a table's writer finds the file of a row. */
public enum IndexKind {
  /** Freshet's choice for a new table, and what an existing one was made with. */
  AUTO,
  /** By a hash of the key, in the partition where the writer knows the row to lie. */
  BUCKET,
  /** By reading the keys of all files at each commit. */
  GLOBAL
}
