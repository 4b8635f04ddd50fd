package io.freshet.lake.command;

import io.freshet.lake.store.LocalDisk;
import io.freshet.lake.store.TableFileSystem;
import io.freshet.lake.table.LoggedRow;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** A Spark session with what Hudi needs; what {@code spark-submit} has set stands. */
final class LakeSession {
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("spark.master", "local[*]"),
          Map.entry("spark.serializer", "org.apache.spark.serializer.KryoSerializer"),
          Map.entry("spark.kryo.registrator", "org.apache.spark.HoodieSparkKryoRegistrar"),
          // Else its name goes with each row.
          Map.entry("spark.kryo.classesToRegister", LoggedRow.class.getName()),
          Map.entry(
              "spark.sql.extensions", "org.apache.spark.sql.hudi.HoodieSparkSessionExtension"),
          Map.entry(
              "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.hudi.catalog.HoodieCatalog"),
          Map.entry("spark.sql.session.timeZone", "UTC"),
          // Nothing here was written by Spark 2 or by an old Hive, whose calendar was another.
          Map.entry("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED"),
          Map.entry("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED"),
          Map.entry("spark.ui.enabled", "false"),
          // A commit's tasks do not queue behind those of a compaction.
          Map.entry("spark.scheduler.mode", "FAIR"),
          // Else S3A follows every PUT by a DELETE of markers that nothing here makes.
          Map.entry("spark.hadoop.fs.s3a.directory.marker.retention", "keep"),
          // A cached relation would answer a later query with an earlier state of its table.
          Map.entry("spark.sql.filesourceTableRelationCacheSize", "0"),
          Map.entry("spark.cleaner.referenceTracking.blocking", "false"),
          Map.entry("spark.sql.streaming.minBatchesToRetain", "10"),
          // Spark's usual one starts sixteen processes for each batch on a disk, to follow links.
          Map.entry(
              "spark.sql.streaming.checkpointFileManagerClass",
              "org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager"));

  private static final String S3A = "fs.s3a.impl";
  private static final String S3A_OF_HADOOP = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final String SHARED = "spark.sql.hive.metastore.sharedPrefixes";

  private static final List<String> FETCHED =
      List.of("spark.jars", "spark.files", "spark.archives");

  /** Spark's own default. */
  private static final String DATABASE_DRIVERS =
      "com.mysql.jdbc,org.postgresql,com.microsoft.sqlserver,oracle.jdbc";

  private LakeSession() {}

  /**
   * @param hive whether the catalog is the Hive metastore's
   */
  static SparkSession start(String name, boolean hive) {
    SparkConf conf = new SparkConf();
    DEFAULTS.forEach(conf::setIfMissing);
    Map<String, String> reached = reachTables(conf);
    conf.setIfMissing("spark.app.name", name);
    boolean local = conf.get("spark.master").startsWith("local");
    if (local) {
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      // A laptop's few cores: Spark's default of 200 shuffle tasks costs more than the work.
      conf.setIfMissing(
          "spark.sql.shuffle.partitions",
          Integer.toString(Runtime.getRuntime().availableProcessors()));
      LocalDisk.settings().forEach(conf::setIfMissing);
      share(conf);
    }
    SparkSession.Builder builder = SparkSession.builder().config(conf);
    if (hive) {
      builder.enableHiveSupport();
    }
    SparkSession spark = builder.getOrCreate();
    reached.forEach(spark.sparkContext().hadoopConfiguration()::set);
    if (local) {
      DaemonSettings.removeFrom(spark.sparkContext().hadoopConfiguration());
    }
    // For every writer alike, SQL's included: mixed settings corrupt Hudi's metadata table.
    spark.conf().set("hoodie.metadata.enable", "false");
    return spark;
  }

  /**
   * Where S3A is Hadoop's own, and neither a platform's nor named by whoever submits the job,
   * tables are reached with fewer requests.
   *
   * @return settings of Hadoop for the session that starts with this configuration
   */
  static Map<String, String> reachTables(SparkConf conf) {
    String set = SparkHadoopUtil.get().newConfiguration(conf).get(S3A, S3A_OF_HADOOP);
    if (conf.contains("spark.hadoop." + S3A) || !set.equals(S3A_OF_HADOOP)) {
      return Map.of();
    }
    share(conf);
    String mine = TableFileSystem.class.getName();
    if (FETCHED.stream().noneMatch(files -> conf.get(files, "").contains("s3a:"))) {
      conf.set("spark.hadoop." + S3A, mine);
    }
    // Executors that fetch this very class by S3A do so without it.
    return Map.of(S3A, mine);
  }

  /** Hive's client has a class loader of its own, but Hadoop's file systems are one for all. */
  private static void share(SparkConf conf) {
    String shared = conf.get(SHARED, DATABASE_DRIVERS);
    String mine = TableFileSystem.class.getPackageName();
    if (!List.of(shared.split(",")).contains(mine)) {
      conf.set(SHARED, shared + "," + mine);
    }
  }

  /** How Hadoop's file systems are reached, without the seconds that a session takes to start. */
  static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }
}
