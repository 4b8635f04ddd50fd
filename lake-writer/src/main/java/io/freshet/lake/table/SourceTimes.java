package io.freshet.lake.table;

import io.freshet.schemas.ChangeColumns;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.hudi.client.WriteStatus;
import org.apache.hudi.common.model.HoodieAvroIndexedRecord;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.util.Option;

/**
 * Keeps with each written file when the newest of its changes was committed in the source, where
 * Hudi keeps its event-time watermark. Hudi's own way, {@code
 * hoodie.write.track.event.time.watermark}, parses the field's default anew for each record, which
 * was two fifths of a commit's work.
 *
 * <p>It sees the records that are logged or written as Avro; {@link SourceTimesMerge} those that
 * are merged as Spark's rows.
 */
public final class SourceTimes extends WriteStatus {
  private static final long serialVersionUID = 1L;

  private transient Schema schema;
  private transient int position;

  /** As Hudi makes it: by its class's name. */
  public SourceTimes(Boolean trackSuccess, Double failureFraction, Boolean isMetadataTable) {
    super(trackSuccess, failureFraction, isMetadataTable);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  public void markSuccess(HoodieRecord record, Option<Map<String, String>> metadata) {
    super.markSuccess(record, metadata);
    if (record instanceof LoggedRow row) {
      row.sourceTime().ifPresent(this::saw);
    } else if (record instanceof HoodieAvroIndexedRecord avro && avro.getData() != null) {
      IndexedRecord row = avro.getData();
      if (row.getSchema() != schema) {
        schema = row.getSchema();
        Schema.Field field = schema.getField(ChangeColumns.SOURCE_TS_MS);
        position = field == null ? -1 : field.pos();
      }
      if (position >= 0 && row.get(position) instanceof Long time) {
        saw(time);
      }
    }
  }

  /**
   * Takes note of a change.
   *
   * @param time when it was committed in the source, in milliseconds since 1970
   */
  void saw(long time) {
    Long newest = getStat().getMaxEventTime();
    if (newest == null || newest < time) {
      getStat().setMaxEventTime(time);
    }
  }
}
