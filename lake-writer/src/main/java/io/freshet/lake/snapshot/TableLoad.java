package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ReadRows;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.postgres.Catalog;
import io.freshet.lake.postgres.CopyOptions;
import io.freshet.lake.postgres.Postgres;
import io.freshet.lake.postgres.PostgresCopy;
import io.freshet.lake.postgres.Relation;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.SnapshotLoad;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.postgresql.replication.LogSequenceNumber;

/** Reads one table as a snapshot saw it, and writes it into the lake. */
final class TableLoad {
  private final SparkSession spark;
  private final PostgresConfig config;
  private final SnapshotRun run;

  TableLoad(SparkSession spark, PostgresConfig config, SnapshotRun run) {
    this.spark = spark;
    this.config = config;
    this.run = run;
  }

  /**
   * @throws LakeException if that fails, or the source's table was rewritten meanwhile
   */
  void load(SnapshotTable table) {
    new SnapshotLoad(new HudiTable(spark, table.target()))
        .run(rows(table), rows -> inTheLake(rows, table), table.source().bytes(), run.id());
    requireSameBlocks(table.source());
  }

  private Dataset<Row> rows(SnapshotTable table) {
    Map<String, String> options = CopyOptions.of(config, table.source().title());
    options.put(CopyOptions.SNAPSHOT, run.snapshot());
    options.put(
        CopyOptions.BARE_NUMERIC,
        table.target().config().settings().bareNumeric().name().toLowerCase(Locale.ROOT));
    return spark.read().format(PostgresCopy.NAME).options(options).load();
  }

  /** The rows in the shape of every lake table. */
  private Dataset<Row> inTheLake(Dataset<Row> rows, SnapshotTable table) {
    return ReadRows.of(
        rows,
        new ReadRows.Origin(
            config.database(),
            table.source().schema(),
            table.source().name(),
            LogSequenceNumber.valueOf(run.lsn()).asLong(),
            run.at()));
  }

  /**
   * What rewrites a table's file moves its rows to other blocks, of which some tasks have read the
   * old and some the new ones; and a table that ALTER TABLE rewrote looks empty to an older
   * snapshot.
   */
  private void requireSameBlocks(Relation source) {
    Postgres database = Postgres.of(config);
    try (Connection session = database.open(HeldSnapshot.jobName(config.slot()))) {
      Relation now = new Catalog(session).relation(source.title());
      if (now.isRewrittenSince(source)) {
        throw new LakeException(
            "%s was rewritten while it was read (by VACUUM FULL, CLUSTER, TRUNCATE or ALTER TABLE), so rows may be missing; run snapshot again when that does not happen"
                .formatted(source.title()));
      }
    } catch (SQLException failed) {
      throw database.told(failed);
    }
  }
}
