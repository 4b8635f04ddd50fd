package io.freshet.lake.table;

import io.freshet.schemas.ChangeColumns;
import java.util.Iterator;
import java.util.Map;
import java.util.Properties;
import org.apache.hudi.common.engine.TaskContextSupplier;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.model.HoodieSparkRecord;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.io.FileGroupReaderBasedMergeHandle;
import org.apache.hudi.keygen.BaseKeyGenerator;
import org.apache.hudi.table.HoodieTable;
import org.apache.spark.sql.HoodieInternalRowUtils;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Hudi's merge of a base file with changes, which also tells {@link SourceTimes} of the rows: as
 * Spark's rows they don't know their own columns.
 */
public final class SourceTimesMerge<T, I, K, O>
    extends FileGroupReaderBasedMergeHandle<T, I, K, O> {
  private HoodieSchema schema;
  private int columns;
  private int position;

  /** As Hudi makes it for an upsert: by its class's name. */
  public SourceTimesMerge(
      HoodieWriteConfig config,
      String instant,
      HoodieTable<T, I, K, O> table,
      Iterator<HoodieRecord<T>> records,
      String partition,
      String file,
      TaskContextSupplier context,
      Option<BaseKeyGenerator> keys) {
    super(config, instant, table, records, partition, file, context, keys);
  }

  @Override
  @SuppressWarnings("rawtypes") // Hudi's own signature.
  protected Option<Map<String, String>> getRecordMetadata(
      HoodieRecord record, HoodieSchema of, Properties properties) {
    if (writeStatus instanceof SourceTimes times && record instanceof HoodieSparkRecord row) {
      if (of != schema) {
        schema = of;
        StructType types = HoodieInternalRowUtils.getCachedSchema(of);
        columns = types.length();
        position = position(types);
      }
      InternalRow values = row.getData();
      // Rows that stay as they are come with Hudi's own columns in front, whatever is said of them.
      int place = position + values.numFields() - columns;
      if (position >= 0 && !values.isNullAt(place)) {
        times.saw(values.getLong(place));
      }
    }
    return super.getRecordMetadata(record, of, properties);
  }

  private static int position(StructType columns) {
    return columns.getFieldIndex(ChangeColumns.SOURCE_TS_MS).isDefined()
        ? columns.fieldIndex(ChangeColumns.SOURCE_TS_MS)
        : -1;
  }
}
