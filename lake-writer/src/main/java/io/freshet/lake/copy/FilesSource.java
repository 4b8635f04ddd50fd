package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyFormat;
import io.freshet.lake.config.CopySource;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.table.TableTimeline;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables of Parquet files, and Hudi's. */
final class FilesSource implements Source {
  private final CopySource.Files config;
  private final SparkSession spark;

  FilesSource(CopySource.Files config, SparkSession spark) {
    this.config = config;
    this.spark = spark;
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private String location(CopyTable table) {
    String base = config.root().toString();
    String name = table.from();
    return (base.endsWith("/") ? base : base + "/")
        + (name.contains("/") ? name : name.replace('.', '/'));
  }

  @Override
  public SourceTable find(CopyTable table) {
    return config.format() == CopyFormat.HUDI ? hudi(table) : parquet(table);
  }

  private SourceTable hudi(CopyTable table) {
    TableTimeline timeline = new TableTimeline(table.from(), location(table), hadoop());
    if (!timeline.exists() || !timeline.hasCommits()) {
      throw new LakeException(
          "there is no Hudi table %s at %s; check source.root and the table's name"
              .formatted(table.from(), location(table)));
    }
    Dataset<Row> rows = spark.read().format("hudi").load(location(table));
    List<String> key = timeline.keys().orElse(List.of());
    // A table of changes without a key has Hudi's rows told apart by their place in the topic.
    boolean copied = List.of(LakeTypes.of(rows, table).columns()).containsAll(key);
    return table(table, rows, copied ? key : List.of());
  }

  private SourceTable parquet(CopyTable table) {
    Optional<ParquetVersion> current =
        new ParquetVersions(table.from(), location(table), hadoop()).current();
    if (current.isPresent()) {
      Dataset<Row> rows =
          spark
              .read()
              .schema(current.get().columns())
              .parquet(location(table) + "/" + current.get().path());
      return table(table, rows, List.of());
    }
    requireFiles(table);
    return table(table, spark.read().parquet(location(table)), List.of());
  }

  private void requireFiles(CopyTable table) {
    Path folder = new Path(location(table));
    try {
      for (FileStatus entry : folder.getFileSystem(hadoop()).listStatus(folder)) {
        if (!entry.getPath().getName().startsWith("_")) {
          return;
        }
      }
    } catch (IOException unreachable) {
      throw noFiles(table, unreachable.getMessage(), unreachable);
    }
    throw noFiles(table, "it is empty", null);
  }

  private LakeException noFiles(CopyTable table, String reason, Throwable cause) {
    return new LakeException(
        "there are no Parquet files of %s at %s (%s); check source.root and the table's name"
            .formatted(table.from(), location(table), reason),
        cause);
  }

  private SourceTable table(CopyTable table, Dataset<Row> rows, List<String> key) {
    return new SourceTable(key, LakeTypes.of(rows, table), -1, bytes(rows), List.of(), () -> {});
  }

  /** What its files are; Spark has listed them already. */
  private static long bytes(Dataset<Row> rows) {
    scala.math.BigInt bytes = rows.queryExecution().optimizedPlan().stats().sizeInBytes();
    return bytes.isValidLong() ? bytes.toLong() : 0;
  }
}
