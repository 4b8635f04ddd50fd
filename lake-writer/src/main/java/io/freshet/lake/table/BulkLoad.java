package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.ChangeOrder;
import io.freshet.lake.config.DeleteMode;
import io.freshet.schemas.ChangeColumns;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hudi.DataSourceUtils;
import org.apache.hudi.HoodieSchemaConversionUtils;
import org.apache.hudi.client.HoodieWriteResult;
import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.client.WriteStatus;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.commit.BaseDatasetBulkInsertCommitActionExecutor;
import org.apache.hudi.commit.DatasetBulkInsertCommitActionExecutor;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.table.BulkInsertPartitioner;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * A table's first commit. There is nothing to look up or to merge, and each key comes once, so
 * Spark's rows go straight into base files, where an upsert makes an Avro record of each.
 *
 * <p>Hudi's own {@code bulk_insert} would send the rows to their buckets one by one, as objects;
 * here Spark sends them in its own binary form, and Hudi finds them in place.
 */
final class BulkLoad {
  private final SparkSession spark;
  private final TableSpec spec;
  private final TableIndex index;
  private boolean ordered;

  BulkLoad(SparkSession spark, TableSpec spec, TableIndex index) {
    this.spark = spark;
    this.spec = spec;
    this.index = index;
  }

  /** Whether a table's first rows may be written so. */
  static boolean suits(TableSpec spec, TableIndex index, StructType rows) {
    return index.bucket() && KeyNames.areAlike(spec, rows);
  }

  /**
   * The order in which it takes rows, so that it need not order them once more. A partitioned
   * table's rows have their final partition only when each key's changes are one row.
   *
   * @param unlike whether they are
   */
  Optional<ChangeOrder> order(boolean unlike) {
    if (spec.partitioned() && !unlike) {
      return Optional.empty();
    }
    ordered = true;
    return Optional.of(bucketed()::arranged);
  }

  private BucketedRows bucketed() {
    return new BucketedRows(
        spec, index, HudiOptions.of(spec, index, spark.sparkContext().defaultParallelism()), spark);
  }

  /** The rows to write: a deleted row is none, unless the table keeps what is left of it. */
  static Dataset<Row> undeleted(Dataset<Row> rows, TableSpec spec) {
    return spec.config().deletes() == DeleteMode.HARD
        ? rows.filter(functions.not(functions.col(ChangeColumns.OP).eqNullSafe("d")))
        : rows;
  }

  /**
   * Makes a table's first commit.
   *
   * @param rows one for each key, in {@link #order} if that was asked for
   * @param options of the write; those that begin with {@link TableTimeline#PREFIX} are the
   *     commit's metadata
   * @throws LakeException if a row could not be written
   */
  void write(Dataset<Row> rows, Map<String, String> options) {
    HoodieWriteConfig config = config(spec, rows.schema(), options);
    Dataset<Row> live = undeleted(rows, spec);
    Dataset<Row> arranged = ordered ? live : bucketed().arranged(live);
    try (SparkRDDWriteClient<?> client =
        new SparkRDDWriteClient<>(
            new HoodieSparkEngineContext(JavaSparkContext.fromSparkContext(spark.sparkContext())),
            config)) {
      Executor executor = new Executor(config, client);
      HoodieWriteResult result = executor.execute(arranged, spec.partitioned());
      requireWritten(result, spec);
      commit(client, executor, result, options, spec);
    }
  }

  /** How Hudi is told of a write by row. */
  static HoodieWriteConfig config(TableSpec spec, StructType rows, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("hoodie.datasource.write.operation", "bulk_insert");
    // Rows get a bloom filter of their keys whatever is said; nothing asks it, so it shall be
    // small.
    all.put("hoodie.bloom.index.filter.type", "SIMPLE");
    all.put("hoodie.index.bloom.num_entries", "1");
    all.put("hoodie.index.bloom.fpp", "0.5");
    // Else a table with logs gets a commit that looks like a compaction's.
    all.put("hoodie.table.type", spec.config().type().name());
    scala.Tuple2<String, String> name =
        HoodieSchemaConversionUtils.getRecordNameAndNamespace(spec.config().table());
    HoodieSchema schema =
        HoodieSchemaConversionUtils.convertStructTypeToHoodieSchema(rows, name._1(), name._2());
    return DataSourceUtils.createHoodieConfig(
        schema.toString(), spec.location(), spec.config().table(), all);
  }

  /**
   * Commits what was written.
   *
   * @throws LakeException if Hudi does not
   */
  static void commit(
      SparkRDDWriteClient<?> client,
      BaseDatasetBulkInsertCommitActionExecutor executor,
      HoodieWriteResult result,
      Map<String, String> options,
      TableSpec spec) {
    boolean committed =
        client.commit(
            executor.getInstantTime(),
            result.getWriteStatuses(),
            Option.of(metadata(options)),
            executor.getCommitActionType(),
            result.getPartitionToReplaceFileIds(),
            Option.empty());
    if (!committed) {
      throw new LakeException(
          "%s: the rows that were written at %s were not committed, and the log says why; run it again"
              .formatted(spec.config().name(), executor.getInstantTime()));
    }
  }

  /** What of the options stands in the commit. */
  private static Map<String, String> metadata(Map<String, String> options) {
    Map<String, String> metadata = new HashMap<>(options);
    metadata.keySet().removeIf(key -> !key.startsWith(TableTimeline.PREFIX));
    return metadata;
  }

  /**
   * Writes the rows, which is done once: a commit lets go of what was written, and asking for it
   * afterwards would write it anew.
   *
   * @return how many there are
   */
  static long requireWritten(HoodieWriteResult result, TableSpec spec) {
    long rows = 0;
    for (WriteStatus status : result.getWriteStatuses().collect()) {
      if (status.hasErrors()) {
        throw new LakeException(
            "%s: a row could not be written to file %s: %s"
                .formatted(spec.config().name(), status.getFileId(), reason(status)));
      }
      rows += status.getTotalRecords();
    }
    return rows;
  }

  private static String reason(WriteStatus status) {
    return status.getErrors().values().stream()
        .findFirst()
        .or(() -> Optional.ofNullable(status.getGlobalError()))
        .map(Throwable::toString)
        .orElse("no reason is known");
  }

  /** Takes the rows as they are arranged. */
  private static final class Executor extends DatasetBulkInsertCommitActionExecutor {
    private static final long serialVersionUID = 1L;

    Executor(HoodieWriteConfig config, SparkRDDWriteClient<?> client) {
      super(config, client, null);
      instantTime = client.startCommit(getCommitActionType());
    }

    @Override
    protected BulkInsertPartitioner<Dataset<Row>> getPartitioner(
        boolean metaFields, boolean partitioned) {
      return new AsArranged();
    }
  }
}
