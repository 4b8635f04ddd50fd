package io.freshet.metastore;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStore.HMSHandler;
import org.apache.hadoop.hive.metastore.IHMSHandler;
import org.apache.hadoop.hive.metastore.RetryingHMSHandler;
import org.apache.hadoop.hive.metastore.TSetIpAddressProcessor;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TTransportFactory;

/**
 * A Hive metastore that keeps its tables in Derby and listens on 127.0.0.1 alone; Hive's own main
 * class listens everywhere.
 */
public final class HiveMetastoreServer {
  private static final int MOST_CLIENTS = 200;

  /** Hive's own limit, against a stray client's bytes taken for a length. */
  private static final long LONGEST_MESSAGE = 100L << 20;

  private HiveMetastoreServer() {}

  /**
   * Serves until the process ends.
   *
   * @param args {@code --port N --directory DIR --warehouse URI --s3-endpoint URL --s3-region
   *     NAME}; S3 credentials come from the environment
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = options(args);
    HiveConf settings = settings(options);
    HMSHandler handler = new HMSHandler("metastore", settings, false);
    IHMSHandler retrying = RetryingHMSHandler.getProxy(settings, handler, true);
    InetSocketAddress address =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), Integer.parseInt(required(options, "port")));
    TThreadPoolServer server =
        new TThreadPoolServer(
            new TThreadPoolServer.Args(new TServerSocket(address))
                .processor(new TSetIpAddressProcessor<>(retrying))
                .transportFactory(new TTransportFactory())
                .protocolFactory(new TBinaryProtocol.Factory())
                .inputProtocolFactory(
                    new TBinaryProtocol.Factory(true, true, LONGEST_MESSAGE, LONGEST_MESSAGE))
                .minWorkerThreads(2)
                .maxWorkerThreads(MOST_CLIENTS));
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "shutdown"));
    server.serve();
  }

  private static HiveConf settings(Map<String, String> options) {
    Path directory = Path.of(required(options, "directory")).toAbsolutePath();
    HiveConf settings = new HiveConf();
    settings.set(
        "javax.jdo.option.ConnectionURL",
        "jdbc:derby:;databaseName=" + directory.resolve("derby") + ";create=true");
    settings.set("javax.jdo.option.ConnectionDriverName", "org.apache.derby.jdbc.EmbeddedDriver");
    settings.set("datanucleus.schema.autoCreateAll", "true");
    settings.set("datanucleus.connectionPoolingType", "NONE");
    settings.set("hive.metastore.schema.verification", "false");
    settings.set("hive.metastore.warehouse.dir", required(options, "warehouse"));
    settings.set("fs.s3a.endpoint", required(options, "s3-endpoint"));
    settings.set("fs.s3a.endpoint.region", required(options, "s3-region"));
    settings.set("fs.s3a.path.style.access", "true");
    settings.set("fs.s3a.connection.ssl.enabled", "false");
    settings.set(
        "fs.s3a.aws.credentials.provider",
        "com.amazonaws.auth.EnvironmentVariableCredentialsProvider");
    return settings;
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    return options;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get("--" + name);
    if (value == null) {
      throw new IllegalArgumentException("missing option --" + name);
    }
    return value;
  }
}
