package io.freshet.lake.table;

import java.net.URI;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hudi.hive.HiveSyncTool;

/** Tells the Hive metastore of a table's schema, partitions and view. */
public final class MetastoreSync {
  private final URI metastore;
  private final Configuration hadoop;

  /**
   * @param metastore such as {@code thrift://127.0.0.1:9083}
   */
  public MetastoreSync(URI metastore, Configuration hadoop) {
    this.metastore = metastore;
    this.hadoop = hadoop;
  }

  /** Brings the metastore in step with a table; a repeated call changes nothing. */
  public void sync(TableSpec spec) {
    Properties properties = new Properties();
    properties.setProperty("hoodie.datasource.meta.sync.base.path", spec.location());
    properties.setProperty("hoodie.datasource.hive_sync.mode", "hms");
    properties.setProperty("hoodie.datasource.hive_sync.metastore.uris", metastore.toString());
    properties.setProperty("hoodie.datasource.hive_sync.database", spec.config().database());
    properties.setProperty("hoodie.datasource.hive_sync.table", spec.config().table());
    properties.setProperty("hoodie.datasource.hive_sync.auto_create_database", "true");
    properties.setProperty("hoodie.datasource.hive_sync.support_timestamp", "true");
    properties.setProperty("hoodie.datasource.write.hive_style_partitioning", "true");
    properties.setProperty("hoodie.datasource.write.partitionpath.urlencode", "true");
    properties.setProperty("hoodie.metadata.enable", "false");
    properties.setProperty(
        "hoodie.datasource.hive_sync.partition_fields",
        String.join(",", spec.config().partitionBy()));
    properties.setProperty(
        "hoodie.datasource.hive_sync.partition_extractor_class",
        spec.partitioned()
            ? "org.apache.hudi.hive.MultiPartKeysValueExtractor"
            : "org.apache.hudi.hive.NonPartitionedExtractor");
    Configuration own = new Configuration(hadoop);
    own.set("hive.metastore.uris", metastore.toString());
    HiveConf hive = new HiveConf(own, MetastoreSync.class);
    CurrentView.giveWay(spec, hive);
    try (HiveSyncTool tool = new HiveSyncTool(properties, own)) {
      tool.syncHoodieTable();
    }
    CurrentView.put(spec, hive);
  }
}
