package io.freshet.lake.config;

/** What tables are copied from or to. */
public enum CopyFormat {
  /** PostgreSQL, read by {@code COPY}; a source only. */
  POSTGRES,
  /** Any database with a JDBC driver; a source only. */
  JDBC,
  PARQUET,
  HUDI,
  KUDU
}
