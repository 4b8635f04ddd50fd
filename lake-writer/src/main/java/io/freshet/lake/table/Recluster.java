package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.IndexKind;
import java.util.HashMap;
import java.util.Map;
import org.apache.hudi.HoodieDatasetBulkInsertHelper;
import org.apache.hudi.client.HoodieWriteResult;
import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.client.WriteStatus;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.commit.DatasetBulkInsertOverwriteTableCommitActionExecutor;
import org.apache.hudi.common.data.HoodieData;
import org.apache.hudi.common.model.WriteOperationType;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.table.BulkInsertPartitioner;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Clusters a table anew: all rows, in the order of their keys, in as many buckets as are wanted. It
 * is one commit, whose rows keep the times of theirs, so that a query for what changed since does
 * not see them; and time travel goes back beyond it as it went before.
 */
public final class Recluster {
  private final HudiTable table;
  private final TableServices services;

  /**
   * @param rows of the table's newest state
   * @param before files of each partition; 0 for a global index
   * @param after the same, now
   */
  public record Result(long rows, int before, int after) {}

  /**
   * @param services of the same table
   */
  public Recluster(HudiTable table, TableServices services) {
    this.table = table;
    this.services = services;
  }

  /**
   * Rewrites the table, which must have no other writer meanwhile.
   *
   * @param buckets files of each partition, or of a table without partitions; 1 or more
   * @throws LakeException if it has keys whose bucket can't be told by row
   */
  public Result run(int buckets) {
    StructType columns = table.schema();
    TableIndex wanted = new TableIndex(IndexKind.BUCKET, buckets);
    if (!BulkLoad.suits(table.spec(), wanted, columns)) {
      throw new LakeException(
          "%s can't be rewritten: Hudi names keys and partitions that are not integers, bigints or texts in two ways, by row and by record; make a second table with the index that you want from its topic"
              .formatted(table.spec().config().name()));
    }
    services.runAll(); // A plan to compact would name files that are replaced.
    int before = table.index().buckets();
    long[] rows = new long[1];
    table.betweenCommits(() -> rows[0] = rewrite(wanted, columns));
    return new Result(rows[0], before, buckets);
  }

  private long rewrite(TableIndex wanted, StructType columns) {
    SparkSession spark = table.spark();
    TableSpec spec = table.spec();
    Map<String, String> options = new HashMap<>(table.options(table.position()));
    options.putAll(HudiOptions.of(spec, wanted, spark.sparkContext().defaultParallelism()));
    options.putAll(wanted.metadata());
    HoodieWriteConfig config = BulkLoad.config(spec, columns, options);
    Dataset<Row> rows =
        new BucketedRows(spec, wanted, options, spark)
            .arranged(spark.read().format("hudi").load(spec.location()));
    try (SparkRDDWriteClient<?> client =
        new SparkRDDWriteClient<>(
            new HoodieSparkEngineContext(JavaSparkContext.fromSparkContext(spark.sparkContext())),
            config)) {
      Executor executor = new Executor(config, client, rows);
      HoodieWriteResult result =
          executor.execute(rows.drop(metaColumns(rows.schema())), spec.partitioned());
      long written = BulkLoad.requireWritten(result, spec);
      BulkLoad.commit(client, executor, result, options, spec);
      return written;
    }
  }

  private static String[] metaColumns(StructType rows) {
    return java.util.Arrays.stream(rows.fields())
        .map(StructField::name)
        .filter(name -> name.startsWith("_hoodie_"))
        .toArray(String[]::new);
  }

  /** Replaces all files by the rows that it is given, which keep what Hudi noted of them. */
  private static final class Executor extends DatasetBulkInsertOverwriteTableCommitActionExecutor {
    private static final long serialVersionUID = 1L;

    private final transient Dataset<Row> rows;

    Executor(HoodieWriteConfig config, SparkRDDWriteClient<?> client, Dataset<Row> rows) {
      super(config, client, null);
      this.rows = rows;
      instantTime = client.startCommit(getCommitActionType());
    }

    @Override
    public WriteOperationType getWriteOperationType() {
      return WriteOperationType.BUCKET_RESCALE;
    }

    @Override
    protected BulkInsertPartitioner<Dataset<Row>> getPartitioner(
        boolean metaFields, boolean partitioned) {
      return new AsArranged();
    }

    @Override
    protected Option<HoodieData<WriteStatus>> doExecute(Dataset<Row> bare, boolean sorted) {
      HoodieTableMetaClient client = table.getMetaClient();
      table
          .getActiveTimeline()
          .transitionRequestedToInflight(
              client.createNewInstant(
                  HoodieInstant.State.REQUESTED, getCommitActionType(), instantTime),
              Option.empty());
      return Option.of(
          HoodieDatasetBulkInsertHelper.bulkInsert(
              rows, instantTime, table, writeConfig, sorted, true));
    }
  }
}
