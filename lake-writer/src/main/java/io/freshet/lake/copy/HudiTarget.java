package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.change.ReadRows;
import io.freshet.lake.config.CopyMode;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.config.CopyTarget;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.FailedWrites;
import io.freshet.lake.table.HudiTable;
import io.freshet.lake.table.LastCommit;
import io.freshet.lake.table.MetastoreSync;
import io.freshet.lake.table.Replacement;
import io.freshet.lake.table.SnapshotLoad;
import io.freshet.lake.table.TableServices;
import io.freshet.lake.table.TableSpec;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hudi tables, of the lake's own shape; each copy is one commit. */
final class HudiTarget implements Target {
  private static final Logger LOG = LoggerFactory.getLogger(HudiTarget.class);

  /** In place of a topic, so that no stream of changes is ever taken for what goes on from here. */
  static final String TOPIC = "copy";

  private final CopyTarget.Files config;
  private final SparkSession spark;
  private final Clock clock;
  private final String run;
  private final boolean keep;

  /**
   * @param run names the run in the tables' commits
   * @param keep whether what was written stays where a copy failed, until the next one
   */
  HudiTarget(CopyTarget.Files config, SparkSession spark, Clock clock, String run, boolean keep) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.run = run;
    this.keep = keep;
  }

  private HudiTable hudi(CopyTable table, SourceTable source) {
    int dot = table.to().indexOf('.');
    TableConfig as =
        new TableConfig(
            TOPIC, table.to().substring(0, dot), table.to().substring(dot + 1), table.settings());
    return new HudiTable(
        spark, new TableSpec(as, config.location(table.to()), ColumnChecks.key(table, source)));
  }

  private static boolean hasRows(HudiTable hudi) {
    return hudi.exists() && hudi.timeline().hasCommits();
  }

  @Override
  public void check(CopyTable table, SourceTable source) {
    HudiTable hudi = hudi(table, source);
    ColumnChecks.require(
        table, "partition-by", table.settings().partitionBy(), source.rows().schema());
    if (!hasRows(hudi)) {
      requireNothingElse(hudi);
      return;
    }
    if (hudi.timeline().position(TOPIC).isEmpty()) {
      throw new LakeException(
          "%s at %s has commits, but no copy made it; choose another name, or drop it with its folder"
              .formatted(table.to(), hudi.spec().location()));
    }
    hudi.requireSameShape();
    if (table.mode() != CopyMode.REPLACE) {
      ExistingColumns.fitted(source.rows(), table, hudi.schema());
    }
  }

  /** What has no commit is taken away before it is written, so it must be no one else's. */
  private void requireNothingElse(HudiTable hudi) {
    Path folder = new Path(hudi.spec().location());
    try {
      FileSystem files = folder.getFileSystem(hadoop());
      if (!hudi.exists() && files.exists(folder) && files.listStatus(folder).length > 0) {
        throw new LakeException(
            "%s lies at %s, which holds files of something else; choose another name, or take them away"
                .formatted(hudi.spec().config().name(), folder));
      }
    } catch (IOException unreachable) {
      throw new LakeException(
          "%s can't be reached: %s".formatted(folder, unreachable.getMessage()), unreachable);
    }
  }

  @Override
  public long write(CopyTable table, SourceTable source) throws InterruptedException {
    HudiTable hudi = hudi(table, source);
    boolean before = hasRows(hudi);
    if (before) {
      FailedWrites.rollBack(hudi); // Of a run that was killed.
    } else {
      delete(hudi);
    }
    try {
      KeyChecks.requireUnique(table, source, hudi.spec().keys());
      commit(table, source, hudi, before);
    } catch (Exception failed) { // Spark throws checked ones that it does not declare.
      if (!keep) {
        undo(hudi, before, failed);
      }
      throw failed;
    }
    long rows = hudi.lastCommit().map(LastCommit::rows).orElse(0L);
    lookAfter(hudi);
    config.metastore().ifPresent(uri -> new MetastoreSync(uri, hadoop()).sync(hudi.spec()));
    return rows;
  }

  private void commit(CopyTable table, SourceTable source, HudiTable hudi, boolean before) {
    if (!before) {
      new SnapshotLoad(hudi)
          .run(source.rows(), rows -> inTheLake(rows, table), source.bytes(), run);
      source.unchanged().run();
      return;
    }
    if (table.mode() == CopyMode.REPLACE) {
      new Replacement(hudi).run(inTheLake(source.rows(), table), run, source.unchanged());
      return;
    }
    if (table.mode() == CopyMode.APPEND) {
      KeyChecks.requireNew(table, source, hudi.spec().keys(), hudi.rows().orElseThrow());
    }
    Dataset<Row> rows =
        inTheLake(ExistingColumns.fitted(source.rows(), table, hudi.schema()), table)
            .withColumn(
                ChangeBatch.UNAVAILABLE,
                functions.lit(null).cast(DataTypes.createArrayType(DataTypes.IntegerType)));
    source.unchanged().run();
    hudi.commit(rows, TopicPosition.START, Map.of("snapshot", run));
    source.unchanged().run();
  }

  private Dataset<Row> inTheLake(Dataset<Row> rows, CopyTable table) {
    return ReadRows.of(rows, new ReadRows.Origin("", "", table.from(), -1, clock.millis()));
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private void undo(HudiTable hudi, boolean before, Exception failure) {
    try {
      if (before) {
        FailedWrites.rollBack(hudi);
      } else {
        delete(hudi);
      }
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
      LOG.error("{}; the next run will take it away", alsoFailed.getMessage());
    }
  }

  /** A table that no copy has finished. */
  private void delete(HudiTable hudi) {
    Path folder = new Path(hudi.spec().location());
    try {
      folder.getFileSystem(hadoop()).delete(folder, true);
    } catch (IOException unreachable) {
      throw new LakeException(
          "%s can't be deleted: %s".formatted(folder, unreachable.getMessage()), unreachable);
    }
  }

  /** The copy is done, whatever becomes of this; the next one tries again. */
  private void lookAfter(HudiTable hudi) {
    try {
      TableServices.besideCommits(hudi, clock, ServicesConfig.DEFAULTS).runDue();
    } catch (RuntimeException failed) {
      LOG.warn(
          "{} could not be compacted, cleaned or archived: {}",
          hudi.spec().config().name(),
          failed.getMessage());
    }
  }
}
