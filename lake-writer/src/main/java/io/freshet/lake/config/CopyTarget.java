package io.freshet.lake.config;

import java.net.URI;
import java.util.Optional;

/** Where tables are copied to. */
public sealed interface CopyTarget {
  /**
   * Tables of files.
   *
   * @param format {@link CopyFormat#PARQUET} or {@link CopyFormat#HUDI}
   * @param warehouse a table {@code a.b} lies at {@code <warehouse>/a/b}
   * @param metastore Hive metastore to keep in step; empty for no sync
   */
  record Files(CopyFormat format, URI warehouse, Optional<URI> metastore) implements CopyTarget {
    /** Where a table lies. */
    public String location(String table) {
      String base = warehouse.toString();
      return (base.endsWith("/") ? base : base + "/") + table.replace('.', '/');
    }
  }

  /**
   * A Kudu cluster.
   *
   * @param masters its masters, {@code host:port} each, with commas between them
   * @param replicas of each tablet of a table that is made
   */
  record Kudu(String masters, int replicas) implements CopyTarget {}
}
