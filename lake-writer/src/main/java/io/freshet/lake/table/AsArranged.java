package io.freshet.lake.table;

import org.apache.hudi.table.BulkInsertPartitioner;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Takes rows as {@link BucketedRows} arranged them: each file's are on end. */
final class AsArranged implements BulkInsertPartitioner<Dataset<Row>> {
  private static final long serialVersionUID = 1L;

  @Override
  public Dataset<Row> repartitionRecords(Dataset<Row> rows, int tasks) {
    return rows;
  }

  @Override
  public boolean arePartitionRecordsSorted() {
    return true;
  }
}
