package io.freshet.lake.table;

import io.javalin.Javalin;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hudi.client.common.HoodieSparkEngineContext;
import org.apache.hudi.common.config.HoodieCommonConfig;
import org.apache.hudi.common.config.HoodieMetadataConfig;
import org.apache.hudi.common.table.view.FileSystemViewManager;
import org.apache.hudi.common.table.view.FileSystemViewStorageConfig;
import org.apache.hudi.common.table.view.FileSystemViewStorageType;
import org.apache.hudi.org.apache.jetty.server.Server;
import org.apache.hudi.org.apache.jetty.util.thread.QueuedThreadPool;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;
import org.apache.hudi.timeline.service.RequestHandler;
import org.apache.hudi.timeline.service.TimelineService;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Which files each table has, known once for a whole job. The driver keeps it and learns from each
 * commit what that commit added; tasks ask the driver by HTTP. Without it each task of each commit
 * lists its partitions, and reads the archived timeline for the log files whose commits are not
 * active any more: the more of them, the older the table.
 *
 * <p>What it answers is Hudi's timeline server. That one would listen on all addresses of the
 * machine; this one on the driver's alone, which Spark's own ports are bound to. A task that gets
 * no answer lists for itself.
 */
public final class FileViews implements AutoCloseable {
  private static final int MOST_THREADS = 16;
  private static final int LEAST_THREADS = 4; // Jetty needs three for itself.

  private final FileSystemViewManager views;
  private final RequestHandler handler;
  private final Javalin server;
  private final String host;
  private final Configuration hadoop;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Starts to listen. */
  public FileViews(SparkSession spark) {
    this.hadoop = spark.sparkContext().hadoopConfiguration();
    this.host = spark.sparkContext().conf().get("spark.driver.host");
    this.views =
        FileSystemViewManager.createViewManager(
            new HoodieSparkEngineContext(JavaSparkContext.fromSparkContext(spark.sparkContext())),
            HoodieMetadataConfig.newBuilder().enable(false).build(),
            FileSystemViewStorageConfig.newBuilder()
                .withStorageType(FileSystemViewStorageType.MEMORY)
                .withIncrementalTimelineSync(true)
                .build(),
            HoodieCommonConfig.newBuilder().build());
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
    threads.setDaemon(true);
    threads.setName("file-views");
    this.server =
        Javalin.create(
            config -> {
              config.showJavalinBanner = false;
              config.server(() -> new Server(threads));
            });
    this.handler =
        new RequestHandler(
            server,
            new HadoopStorageConfiguration(hadoop),
            TimelineService.Config.builder().build(),
            views);
    handler.register();
    server.start(spark.sparkContext().conf().get("spark.driver.bindAddress", host), 0);
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  /**
   * What makes a write of a table ask here.
   *
   * @param location of a table that is there
   */
  Map<String, String> options(String location) {
    if (known.add(location)) {
      views.getFileSystemView(RememberingClient.of(location, hadoop));
    }
    return Map.of(
        "hoodie.filesystem.view.type",
        FileSystemViewStorageType.REMOTE_FIRST.name(),
        "hoodie.filesystem.view.secondary.type",
        FileSystemViewStorageType.MEMORY.name(),
        "hoodie.filesystem.view.remote.host",
        host,
        "hoodie.filesystem.view.remote.port",
        Integer.toString(server.port()));
  }

  /**
   * Forgets a table, which the next question reads anew.
   *
   * @param location the table's
   */
  void forget(String location) {
    known.remove(location);
    views.clearFileSystemView(location);
  }

  @Override
  public void close() {
    server.stop();
    handler.stop();
    views.close();
  }
}
