package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.model.HoodieFileFormat;
import org.apache.hudi.common.model.HoodieWriteStat;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * When the newest of a commit's changes was committed in the source. An upsert keeps the newest
 * {@code __source_ts_ms} beside each file that it writes, see {@link SourceTimes}. Rows that are
 * written in bulk, and the first rows of a file, leave it in the files' own footers.
 */
final class NewestSource {
  /** More files than this are not opened, each with two requests, to learn a freshness. */
  private static final int MOST_FILES = 64;

  private static final String PARQUET = HoodieFileFormat.PARQUET.getFileExtension();

  private NewestSource() {}

  /**
   * @param location where the table lies
   * @return empty where the commit's rows do not say, or where it takes too many files to know
   */
  static Optional<Instant> of(
      HoodieCommitMetadata metadata, String location, Configuration hadoop) {
    Map<Boolean, List<HoodieWriteStat>> files =
        metadata.getWriteStats().stream().collect(Collectors.partitioningBy(NewestSource::isKept));
    List<HoodieWriteStat> silent =
        files.get(false).stream().filter(NewestSource::isNewBaseFile).toList();
    Stream<Long> kept = files.get(true).stream().map(HoodieWriteStat::getMaxEventTime);
    Stream<Long> inFooters =
        silent.size() > MOST_FILES
            ? Stream.empty()
            : silent.stream()
                .map(file -> newest(new Path(location, file.getPath()), hadoop))
                .flatMap(Optional::stream);
    return Stream.concat(kept, inFooters).max(Long::compare).map(Instant::ofEpochMilli);
  }

  /** Of files that were merged, those that keep no time have none to keep. */
  private static boolean isNewBaseFile(HoodieWriteStat file) {
    return file.getPath().endsWith(PARQUET)
        && HoodieWriteStat.NULL_COMMIT.equals(file.getPrevCommit());
  }

  private static boolean isKept(HoodieWriteStat file) {
    return file.getMaxEventTime() != null && file.getMaxEventTime() > 0;
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
