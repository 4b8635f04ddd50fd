package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import java.util.HashMap;
import java.util.Map;
import org.apache.hudi.common.model.FileSlice;
import org.apache.hudi.common.model.HoodieRecordLocation;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.index.HoodieIndexUtils;
import org.apache.hudi.index.bucket.BucketIdentifier;
import org.apache.hudi.index.bucket.HoodieSimpleBucketIndex;
import org.apache.hudi.table.HoodieTable;

/**
 * Hudi's bucket index, but for one thing: it takes a table as the commit that asks found it. Hudi's
 * own lists the timeline anew for each partition in each task, where two writers may meet; a table
 * here has one, and those lists were the most work of a small commit.
 */
public final class KnownBuckets extends HoodieSimpleBucketIndex {
  private static final long serialVersionUID = 1L;

  /** As Hudi makes an index: by its class's name. */
  public KnownBuckets(HoodieWriteConfig config) {
    super(config);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public Map<Integer, HoodieRecordLocation> loadBucketIdToFileIdMappingForPartition(
      HoodieTable table, String partition) {
    Map<Integer, HoodieRecordLocation> files = new HashMap<>();
    for (FileSlice file : HoodieIndexUtils.getLatestFileSlicesForPartition(partition, table)) {
      int bucket = BucketIdentifier.bucketIdFromFileId(file.getFileId());
      HoodieRecordLocation place =
          new HoodieRecordLocation(file.getBaseInstantTime(), file.getFileId());
      HoodieRecordLocation other = files.put(bucket, place);
      if (other != null) {
        throw new LakeException(
            "table %s has two files for bucket %d of partition \"%s\", %s and %s: it was written by two writers at once; rebuild it from a new snapshot"
                .formatted(
                    table.getMetaClient().getBasePath(),
                    bucket,
                    partition,
                    other.getFileId(),
                    place.getFileId()));
      }
    }
    return files;
  }
}
