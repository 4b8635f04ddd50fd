package io.freshet.lake.table;

import io.freshet.lake.metrics.FileCounts;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hudi.common.config.HoodieMetadataConfig;
import org.apache.hudi.common.engine.HoodieLocalEngineContext;
import org.apache.hudi.common.fs.FSUtils;
import org.apache.hudi.common.model.FileSlice;
import org.apache.hudi.common.model.HoodieBaseFile;
import org.apache.hudi.common.model.HoodieLogFile;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.view.FileSystemViewManager;
import org.apache.hudi.common.table.view.HoodieTableFileSystemView;

/** Counts the files of a table's newest state; it lists each partition once. */
final class FileCensus {
  /** Hudi's default of {@code hoodie.parquet.small.file.limit}. */
  private static final long SMALL = 100L << 20;

  private FileCensus() {}

  static FileCounts of(HoodieTableMetaClient client, Instant now) {
    HoodieLocalEngineContext engine = new HoodieLocalEngineContext(client.getStorageConf());
    HoodieMetadataConfig listing = HoodieMetadataConfig.newBuilder().enable(false).build();
    LongAdder groups = new LongAdder();
    LongAdder small = new LongAdder();
    LongAdder logs = new LongAdder();
    LongAdder bytes = new LongAdder();
    try (HoodieTableFileSystemView view =
        FileSystemViewManager.createInMemoryFileSystemView(engine, client, listing)) {
      for (String partition : FSUtils.getAllPartitionPaths(engine, client, listing)) {
        view.getLatestFileSlices(partition)
            .forEach(
                slice -> {
                  long base = base(slice);
                  groups.increment();
                  small.add(base < SMALL ? 1 : 0);
                  logs.add(slice.getLogFileCnt());
                  bytes.add(base + slice.getLogFiles().mapToLong(HoodieLogFile::getFileSize).sum());
                });
      }
    }
    return new FileCounts(groups.sum(), small.sum(), logs.sum(), bytes.sum(), now);
  }

  private static long base(FileSlice slice) {
    return slice.getBaseFile().map(HoodieBaseFile::getFileSize).orElse(0L);
  }
}
