package io.freshet.streamer;

import java.util.ArrayList;
import java.util.List;
import org.apache.hudi.common.model.DefaultHoodieRecordPayload;
import org.apache.hudi.common.model.WriteOperationType;
import org.apache.hudi.utilities.schema.FilebasedSchemaProvider;
import org.apache.hudi.utilities.sources.AvroDFSSource;
import org.apache.hudi.utilities.streamer.HoodieStreamer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * HoodieStreamer over folders of landed Avro files, one after another in one JVM, each timed
 * without the JVM's start. The table is copy-on-write, not partitioned, keyed by {@code id}; what
 * is not named here is the streamer's default.
 */
public final class StreamerRun {
  private StreamerRun() {}

  /**
   * Prints a line {@code streamer operation=… ms=…} for each folder.
   *
   * @param args the table's folder, the file of the Avro schema, and then pairs of an operation,
   *     such as {@code UPSERT}, and a folder
   */
  public static void main(String[] args) throws Exception {
    SparkConf settings =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("streamer")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.sql.shuffle.partitions", "2")
            .set("spark.default.parallelism", "2");
    try (JavaSparkContext spark = new JavaSparkContext(settings)) {
      for (int i = 2; i + 1 < args.length; i += 2) {
        long began = System.nanoTime();
        new HoodieStreamer(config(args[0], args[1], args[i], args[i + 1]), spark).sync();
        System.out.printf(
            "streamer operation=%s ms=%d%n", args[i], (System.nanoTime() - began) / 1_000_000);
      }
    }
  }

  private static HoodieStreamer.Config config(
      String table, String schema, String operation, String folder) {
    HoodieStreamer.Config config = new HoodieStreamer.Config();
    config.targetBasePath = table;
    config.targetTableName = "streamed";
    config.tableType = "COPY_ON_WRITE";
    config.operation = WriteOperationType.valueOf(operation);
    config.sourceClassName = AvroDFSSource.class.getName();
    config.sourceLimit = Long.MAX_VALUE / 4;
    config.sourceOrderingField = "__lsn";
    config.payloadClassName = DefaultHoodieRecordPayload.class.getName();
    config.schemaProviderClassName = FilebasedSchemaProvider.class.getName();
    config.configs =
        new ArrayList<>(
            List.of(
                "hoodie.datasource.write.recordkey.field=id",
                "hoodie.datasource.write.partitionpath.field=",
                "hoodie.datasource.write.keygenerator.class="
                    + "org.apache.hudi.keygen.NonpartitionedKeyGenerator",
                "hoodie.upsert.shuffle.parallelism=2",
                "hoodie.bulkinsert.shuffle.parallelism=2",
                "hoodie.streamer.source.dfs.root=" + folder,
                "hoodie.streamer.schemaprovider.source.schema.file=" + schema));
    return config;
  }
}
