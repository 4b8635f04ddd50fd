package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.hudi.common.data.HoodieData;
import org.apache.hudi.common.engine.HoodieEngineContext;
import org.apache.hudi.common.model.DefaultHoodieRecordPayload;
import org.apache.hudi.common.model.FileSlice;
import org.apache.hudi.common.model.HoodieAvroIndexedRecord;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.model.HoodieRecordLocation;
import org.apache.hudi.common.model.HoodieTableType;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.table.read.DeleteContext;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.index.HoodieIndexUtils;
import org.apache.hudi.index.bucket.BucketIdentifier;
import org.apache.hudi.index.bucket.HoodieSimpleBucketIndex;
import org.apache.hudi.table.HoodieTable;

/**
 * Hudi's bucket index, but for two things. It takes a table as the commit that asks found it:
 * Hudi's own lists the timeline anew for each partition in each task, where two writers may meet; a
 * table here has one, and those lists were the most work of a small commit. And what it finds a log
 * for goes there as a {@link LoggedRow}, since no later step of a commit can say how rows are sent.
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

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public <R> HoodieData<HoodieRecord<R>> tagLocation(
      HoodieData<HoodieRecord<R>> records, HoodieEngineContext context, HoodieTable table) {
    HoodieData<HoodieRecord<R>> tagged = super.tagLocation(records, context, table);
    if (table.getMetaClient().getTableType() != HoodieTableType.MERGE_ON_READ) {
      return tagged;
    }
    // Not all of the writer's settings, which would go to each task.
    Properties deletes = new Properties();
    for (String key :
        List.of(DefaultHoodieRecordPayload.DELETE_KEY, DefaultHoodieRecordPayload.DELETE_MARKER)) {
      String value = config.getProps().getProperty(key);
      if (value != null) {
        deletes.put(key, value);
      }
    }
    return tagged.mapPartitions(rows -> new ToLog<>(rows, deletes), true);
  }

  /** Encodes what is not to be deleted; Hudi logs a delete as a key alone. */
  private static final class ToLog<R> implements Iterator<HoodieRecord<R>> {
    private final Iterator<HoodieRecord<R>> records;
    private final Properties deletes;
    private Schema schema;
    private DeleteContext context;

    ToLog(Iterator<HoodieRecord<R>> records, Properties deletes) {
      this.records = records;
      this.deletes = deletes;
    }

    @Override
    public boolean hasNext() {
      return records.hasNext();
    }

    @Override
    @SuppressWarnings("unchecked") // What a record holds is between it and Hudi's writer.
    public HoodieRecord<R> next() {
      HoodieRecord<R> record = records.next();
      return record instanceof HoodieAvroIndexedRecord avro
              && avro.getData() != null
              && !avro.isDelete(context(avro.getData().getSchema()), deletes)
          ? (HoodieRecord<R>) LoggedRow.of(avro)
          : record;
    }

    private DeleteContext context(Schema of) {
      if (of != schema) {
        schema = of;
        HoodieSchema rows = HoodieSchema.fromAvroSchema(of);
        context = new DeleteContext(deletes, rows).withReaderSchema(rows);
      }
      return context;
    }
  }
}
