package io.freshet.lake.table;

import io.freshet.lake.source.TopicPosition;
import java.util.Map;
import org.apache.hudi.client.HoodieWriteResult;
import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.commit.DatasetBulkInsertOverwriteTableCommitActionExecutor;
import org.apache.hudi.config.HoodieWriteConfig;
import org.apache.hudi.table.BulkInsertPartitioner;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * Puts other rows, of other columns perhaps, in the place of all that a table has. It is one commit
 * that names the files that go: who reads the table sees the rows before it or those after it, and
 * instants before it read as they were.
 */
public final class Replacement {
  private final HudiTable table;

  /**
   * @param table one with a commit
   */
  public Replacement(HudiTable table) {
    this.table = table;
  }

  /**
   * Replaces all rows.
   *
   * @param rows of the table's new schema; no two of one key
   * @param snapshot names what they are a part of, in the commit
   * @param beforeCommit runs when all is written and nothing is committed; what it throws ends it
   */
  public void run(Dataset<Row> rows, String snapshot, Runnable beforeCommit) {
    table.betweenCommits(
        () -> {
          Map<String, String> options = table.options(TopicPosition.START);
          TableTimeline.ofSnapshot(snapshot)
              .forEach((name, value) -> options.put(TableTimeline.PREFIX + name, value));
          // No row of the former columns stays that the new ones would have to fit.
          options.put("hoodie.avro.schema.validate", "false");
          options.put("hoodie.datasource.write.schema.allow.auto.evolution.column.drop", "true");
          if (BulkLoad.suits(table.spec(), table.index(), rows.schema())) {
            byRow(rows, options, beforeCommit);
          } else {
            beforeCommit.run();
            byRecord(rows, options);
          }
        });
  }

  private void byRow(Dataset<Row> rows, Map<String, String> options, Runnable beforeCommit) {
    TableSpec spec = table.spec();
    HoodieWriteConfig config = BulkLoad.config(spec, rows.schema(), options);
    Dataset<Row> arranged =
        new BucketedRows(spec, table.index(), options, table.spark()).arranged(rows);
    try (SparkRDDWriteClient<?> client =
        new SparkRDDWriteClient<>(
            new HoodieSparkEngineContext(
                JavaSparkContext.fromSparkContext(table.spark().sparkContext())),
            config)) {
      Executor executor = new Executor(config, client);
      HoodieWriteResult result = executor.execute(arranged, spec.partitioned());
      BulkLoad.requireWritten(result, spec);
      beforeCommit.run();
      BulkLoad.commit(client, executor, result, options, spec);
    }
  }

  private void byRecord(Dataset<Row> rows, Map<String, String> options) {
    options.put("hoodie.datasource.write.operation", "insert_overwrite_table");
    rows.write()
        .format("hudi")
        .options(options)
        .mode(SaveMode.Append)
        .save(table.spec().location());
  }

  /** Takes the rows as they are arranged. */
  private static final class Executor extends DatasetBulkInsertOverwriteTableCommitActionExecutor {
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
