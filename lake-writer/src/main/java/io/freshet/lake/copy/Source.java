package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopySource;
import io.freshet.lake.config.CopyTable;
import org.apache.spark.sql.SparkSession;

/** Where tables are copied from. */
interface Source extends AutoCloseable {
  /**
   * Finds a table and looks at its columns.
   *
   * @throws LakeException if there is none, it may not be read, or a column can't be
   */
  SourceTable find(CopyTable table);

  @Override
  default void close() {
    // Most hold nothing.
  }

  static Source open(CopySource config, SparkSession spark) {
    if (config instanceof CopySource.Postgres postgres) {
      return new PostgresSource(postgres.database(), spark);
    }
    if (config instanceof CopySource.Jdbc jdbc) {
      return new JdbcSource(jdbc, spark);
    }
    if (config instanceof CopySource.Files files) {
      return new FilesSource(files, spark);
    }
    return new KuduSource((CopySource.Kudu) config, spark);
  }
}
