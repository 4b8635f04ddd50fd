package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyMode;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.config.CopyTarget;
import io.freshet.lake.snapshot.SnapshotProgress;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tables of Parquet files, with a folder for each version. */
final class ParquetTarget implements Target {
  private static final Logger LOG = LoggerFactory.getLogger(ParquetTarget.class);

  private final CopyTarget.Files config;
  private final SparkSession spark;
  private final Clock clock;
  private final boolean keep;

  /**
   * @param keep whether what was written stays where a copy failed, until the next one
   */
  ParquetTarget(CopyTarget.Files config, SparkSession spark, Clock clock, boolean keep) {
    this.config = config;
    this.spark = spark;
    this.clock = clock;
    this.keep = keep;
    // The older form of timestamps is Impala's own, and goes wrong outside of 1677 to 2262.
    spark.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
  }

  private ParquetVersions versions(CopyTable table) {
    return new ParquetVersions(
        table.to(), config.location(table.to()), spark.sparkContext().hadoopConfiguration());
  }

  private Optional<ParquetMetastore> metastore() {
    return config.metastore().map(this::metastore);
  }

  private ParquetMetastore metastore(URI uri) {
    HiveConf own = new HiveConf(spark.sparkContext().hadoopConfiguration(), ParquetTarget.class);
    own.set("hive.metastore.uris", uri.toString());
    return new ParquetMetastore(own);
  }

  @Override
  public void check(CopyTable table, SourceTable source) {
    StructType columns = source.rows().schema();
    ColumnChecks.require(table, "partition-by", table.settings().partitionBy(), columns);
    if (table.settings().partitionBy().size() == columns.length()) {
      throw new LakeException(
          "partition-by of %s names all of its columns, so that none is left for the files"
              .formatted(table.to()));
    }
    ParquetVersions versions = versions(table);
    versions.requireOwn();
    Optional<ParquetVersion> current = versions.current();
    if (table.mode() == CopyMode.APPEND && current.isPresent()) {
      requireSame(table, current.get(), columns);
    }
    metastore().ifPresent(metastore -> metastore.check(table.to(), columns));
  }

  private static void requireSame(CopyTable table, ParquetVersion current, StructType columns) {
    List<String> before = described(current.columns());
    List<String> now = described(columns);
    if (!before.equals(now) || !current.partitionBy().equals(table.settings().partitionBy())) {
      throw new LakeException(
          "%s has the columns %s partitioned by %s, and the rows to append have %s partitioned by %s; files of one version have the same: use mode: replace"
              .formatted(
                  table.to(), before, current.partitionBy(), now, table.settings().partitionBy()));
    }
  }

  private static List<String> described(StructType columns) {
    return Arrays.stream(columns.fields())
        .map(field -> field.name() + " " + field.dataType().sql())
        .toList();
  }

  @Override
  public long write(CopyTable table, SourceTable source) {
    ParquetVersions versions = versions(table);
    versions.clean();
    try {
      Optional<ParquetVersion> current = versions.current();
      long rows =
          table.mode() == CopyMode.APPEND && current.isPresent()
              ? append(table, source, versions, current.get())
              : replace(table, source, versions, current);
      versions.clean();
      return rows;
    } catch (Exception failed) { // Spark throws checked ones that it does not declare.
      if (!keep) {
        undo(versions, failed);
      }
      throw failed;
    }
  }

  private void undo(ParquetVersions versions, Exception failure) {
    try {
      versions.clean();
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
      LOG.error("{}; the next run will take them away", alsoFailed.getMessage());
    }
  }

  private long replace(
      CopyTable table,
      SourceTable source,
      ParquetVersions versions,
      Optional<ParquetVersion> current) {
    String version = ParquetVersions.named(clock.instant());
    String path = ParquetVersions.path(version);
    String folder = versions.folder(path).toString();
    save(source.rows(), table, folder, SaveMode.ErrorIfExists);
    source.unchanged().run();
    StructType columns = source.rows().schema();
    long rows = count(folder, columns);
    Instant now = clock.instant();
    versions.point(
        new ParquetVersion(
            version,
            path,
            now.toEpochMilli(),
            rows,
            columns.json(),
            table.settings().partitionBy(),
            current
                .map(
                    former -> former.formerAfter(now.toEpochMilli(), table.settings().timeTravel()))
                .orElse(List.of())));
    metastore().ifPresent(metastore -> tell(metastore, table, columns, folder, versions, current));
    return rows;
  }

  /** What the metastore does not take is not the current version either. */
  private static void tell(
      ParquetMetastore metastore,
      CopyTable table,
      StructType columns,
      String folder,
      ParquetVersions versions,
      Optional<ParquetVersion> former) {
    try {
      metastore.point(table.to(), columns, folder);
    } catch (LakeException refused) {
      former.ifPresentOrElse(versions::point, versions::pointNowhere);
      throw refused;
    }
  }

  private long append(
      CopyTable table, SourceTable source, ParquetVersions versions, ParquetVersion current) {
    String folder = versions.folder(current.path()).toString();
    versions.beginAppending(versions.files(current.path()));
    save(source.rows(), table, folder, SaveMode.Append);
    source.unchanged().run();
    long rows = count(folder, source.rows().schema());
    versions.endAppending();
    versions.point(current.of(rows, clock.millis()));
    return rows - current.rows();
  }

  /** Asks the files' footers alone. */
  private long count(String folder, StructType columns) {
    return SnapshotProgress.besides(
        spark.sparkContext(),
        () -> spark.read().schema(ParquetVersion.nullable(columns)).parquet(folder).count());
  }

  private static void save(Dataset<Row> rows, CopyTable table, String folder, SaveMode mode) {
    rows.write()
        .option("compression", "zstd")
        .partitionBy(table.settings().partitionBy().toArray(String[]::new))
        .mode(mode)
        .parquet(folder);
  }
}
