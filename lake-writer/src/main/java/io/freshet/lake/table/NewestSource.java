package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.model.HoodieWriteStat;
import org.apache.hudi.common.model.WriteOperationType;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * When the newest of a commit's changes was committed in the source. An upsert keeps the range of
 * {@code __source_ts_ms} beside each file that it writes. Rows that are written in bulk leave it in
 * the files' own footers.
 */
final class NewestSource {
  /** More files than this are not opened, each with two requests, to learn a freshness. */
  private static final int MOST_FILES = 64;

  private NewestSource() {}

  /**
   * @param location where the table lies
   * @return empty where the commit's rows do not say, or where it takes too many files to know
   */
  static Optional<Instant> of(
      HoodieCommitMetadata metadata, String location, Configuration hadoop) {
    Optional<Long> kept =
        metadata.getWriteStats().stream()
            .map(HoodieWriteStat::getMaxEventTime)
            .filter(time -> time != null && time > 0)
            .max(Long::compare);
    if (kept.isEmpty() && metadata.getOperationType() == WriteOperationType.BULK_INSERT) {
      kept = inFooters(metadata.getWriteStats(), location, hadoop);
    }
    return kept.map(Instant::ofEpochMilli);
  }

  private static Optional<Long> inFooters(
      List<HoodieWriteStat> files, String location, Configuration hadoop) {
    return files.size() > MOST_FILES
        ? Optional.empty()
        : files.stream()
            .map(file -> newest(new Path(location, file.getPath()), hadoop))
            .flatMap(Optional::stream)
            .max(Long::compare);
  }

  private static Optional<Long> newest(Path file, Configuration hadoop) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      return reader.getFooter().getBlocks().stream()
          .map(BlockMetaData::getColumns)
          .flatMap(List::stream)
          .filter(NewestSource::isSourceTime)
          .map(ColumnChunkMetaData::getStatistics)
          .filter(range -> range instanceof LongStatistics && range.hasNonNullValue())
          .map(range -> ((LongStatistics) range).getMax())
          .max(Long::compare);
    } catch (IOException unreadable) {
      throw new LakeException(file + " can't be read: " + unreadable, unreadable);
    }
  }

  private static boolean isSourceTime(ColumnChunkMetaData column) {
    return column.getPath().toDotString().equals(ChangeColumns.SOURCE_TS_MS);
  }
}
