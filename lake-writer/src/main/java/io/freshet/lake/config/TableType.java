package io.freshet.lake.config;

/** How Hudi stores a table. */
public enum TableType {
  /** Every commit rewrites the files that it touches; reads are plain Parquet. */
  COPY_ON_WRITE,
  /** Commits append to logs that compaction merges later; reads merge. */
  MERGE_ON_READ
}
