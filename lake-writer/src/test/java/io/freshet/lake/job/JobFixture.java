package io.freshet.lake.job;

import io.freshet.lake.config.CommitLimits;
import io.freshet.lake.config.DeleteMode;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.MetricsConfig;
import io.freshet.lake.config.ServicesConfig;
import io.freshet.lake.config.SourceConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableRule;
import io.freshet.lake.config.TableSettings;
import io.freshet.lake.config.TableType;
import io.freshet.lake.config.TopicPattern;
import io.freshet.lake.config.WithoutKey;
import io.freshet.lake.store.LocalDisk;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.hadoop.fs.HadoopFSUtils;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs the job against a landing log on disk, with real Spark and real Hudi tables. */
abstract class JobFixture {
  static final String TOPIC = "moma.public.artists";

  static SparkSession spark;
  static TestRegistry registry;

  @TempDir Path folder;
  TestLog log;

  @BeforeAll
  static void start() throws Exception {
    registry = new TestRegistry();
    spark = session();
  }

  /** Has tasks read what is little too, as they read what is not. */
  static void readInTasks() {
    spark.conf().set("spark.freshet.read.onDriver", "false");
  }

  static SparkSession session() {
    SparkSession.Builder builder = SparkSession.builder();
    LocalDisk.settings().forEach(builder::config);
    return builder
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        // As in the job's own session: nothing here was written by another calendar.
        .config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
        .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.kryo.registrator", "org.apache.spark.HoodieSparkKryoRegistrar")
        .config("spark.sql.extensions", "org.apache.spark.sql.hudi.HoodieSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.hudi.catalog.HoodieCatalog")
        .config(
            "spark.sql.streaming.checkpointFileManagerClass",
            "org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager")
        .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    registry.close();
  }

  @BeforeEach
  void newLog() {
    log = new TestLog(folder.resolve("topics"), TOPIC);
  }

  static TableConfig table(
      String name, TableType type, List<String> partitionBy, DeleteMode deletes) {
    return new TableConfig(
        TOPIC,
        "moma",
        name,
        new TableSettings(
            type, partitionBy, deletes, WithoutKey.REFUSE, TableSettings.DEFAULTS.timeTravel()));
  }

  LakeConfig config(TableConfig... tables) {
    return config(Arrays.stream(tables).map(JobFixture::rule).toArray(TableRule[]::new));
  }

  LakeConfig config(TableRule... rules) {
    return config(ServicesConfig.DEFAULTS, rules);
  }

  LakeConfig config(ServicesConfig services, TableRule... rules) {
    return config(folder, registry.uri(), Duration.ofSeconds(30), services, rules);
  }

  static LakeConfig config(
      Path folder, URI registry, Duration lease, ServicesConfig services, TableRule... rules) {
    return config(
        SourceConfig.landing(folder.resolve("topics").toUri(), Duration.ofMillis(100)),
        folder,
        registry,
        lease,
        services,
        rules);
  }

  static LakeConfig config(
      SourceConfig source,
      Path folder,
      URI registry,
      Duration lease,
      ServicesConfig services,
      TableRule... rules) {
    return new LakeConfig(
        folder.resolve("warehouse").toUri(),
        Optional.empty(),
        source,
        registry,
        2,
        lease,
        CommitLimits.DEFAULTS,
        services,
        MetricsConfig.DEFAULT,
        LakeConfig.usualKeysInMemory(),
        Arrays.asList(rules));
  }

  LakeConfig config(CommitLimits limits, int keysInMemory, TableConfig... tables) {
    LakeConfig usual = config(tables);
    return new LakeConfig(
        usual.warehouse(),
        usual.metastore(),
        usual.source(),
        usual.registry(),
        usual.concurrentTables(),
        usual.lease(),
        limits,
        usual.services(),
        usual.metrics(),
        keysInMemory,
        usual.rules());
  }

  /** The rule that makes just this table. */
  static TableRule rule(TableConfig table) {
    return new TableRule(
        TopicPattern.only(table.topic()), table.database(), table.table(), table.settings());
  }

  void ingest(TableConfig... tables) throws InterruptedException {
    new IngestJob(config(tables), spark, Clock.systemUTC(), true).run();
  }

  String location(TableConfig table) {
    return config(table).location(table);
  }

  List<String> rows(TableConfig table) {
    return rows(spark.read().format("hudi").load(location(table)));
  }

  static List<String> rows(org.apache.spark.sql.Dataset<Row> rows) {
    return rows
        .orderBy("artist_id")
        .select("artist_id", "name", "nationality", "birth_year", "death_year", "__op", "__deleted")
        .collectAsList()
        .stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  /** Requested instants of the table's commits, oldest first. */
  List<String> instants(TableConfig table) {
    return HoodieTableMetaClient.builder()
        .setConf(HadoopFSUtils.getStorageConfWithCopy(spark.sparkContext().hadoopConfiguration()))
        .setBasePath(location(table))
        .build()
        .getCommitsTimeline()
        .filterCompletedInstants()
        .getInstantsAsStream()
        .map(HoodieInstant::requestedTime)
        .sorted()
        .toList();
  }
}
