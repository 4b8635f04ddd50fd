package io.freshet.lake.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.hudi.common.config.RecordMergeMode;
import org.apache.hudi.common.model.HoodieTableType;
import org.apache.hudi.common.model.HoodieTimelineTimeZone;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.HoodieTableVersion;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;
import org.apache.spark.sql.SparkSession;

/**
 * Makes a table as Hudi's Spark writer makes it with its first write. That one takes the folder for
 * the table, and so never gets over a process that was killed between making the one and the other.
 */
final class NewTable {
  private NewTable() {}

  /**
   * @param options of the write
   */
  static void create(SparkSession spark, TableSpec spec, Map<String, String> options) {
    HadoopStorageConfiguration hadoop =
        new HadoopStorageConfiguration(spark.sparkContext().hadoopConfiguration());
    if (new TableTimeline(spec.config().name(), spec.location(), hadoop.unwrap()).exists()) {
      return;
    }
    try {
      HoodieTableMetaClient.TableBuilder table = HoodieTableMetaClient.newTableBuilder();
      String deleted = options.get("hoodie.payload.delete.field");
      if (deleted != null) {
        table.setRecordDeleteFieldAndMarker(deleted, options.get("hoodie.payload.delete.marker"));
      }
      table
          .setTableType(HoodieTableType.valueOf(spec.config().type().name()))
          .setTableVersion(HoodieTableVersion.current())
          .setDatabaseName(spec.config().database())
          .setTableName(spec.config().table())
          .setTableFormat("native")
          .setCommitTimezone(HoodieTimelineTimeZone.LOCAL)
          .setPartitionValueExtractorClass(extractor(spec))
          .setBaseFileFormat("PARQUET")
          .setArchiveLogFolder("history")
          .setRecordKeyFields(String.join(",", spec.keys()))
          .setPartitionFields(String.join(",", spec.config().partitionBy()))
          .setKeyGeneratorClassProp(options.get("hoodie.datasource.write.keygenerator.class"))
          .setOrderingFields(options.get("hoodie.table.ordering.fields"))
          .setRecordMergeMode(RecordMergeMode.EVENT_TIME_ORDERING)
          .setPopulateMetaFields(true)
          .setCDCEnabled(false)
          .setHiveStylePartitioningEnable(true)
          .setUrlEncodePartitioning(true)
          .setPartitionMetafileUseBaseFormat(false)
          .setShouldDropPartitionColumns(false)
          .setMultipleBaseFileFormatsEnabled(false)
          .initTable(hadoop, spec.location());
    } catch (IOException unreachable) {
      throw new UncheckedIOException(unreachable);
    }
  }

  private static String extractor(TableSpec spec) {
    return "org.apache.hudi.hive."
        + switch (spec.config().partitionBy().size()) {
          case 0 -> "NonPartitionedExtractor";
          case 1 -> "HiveStylePartitionValueExtractor";
          default -> "MultiPartKeysValueExtractor";
        };
  }
}
