import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * YARN's resource manager and one node manager, on 127.0.0.1, until standard input ends. Run as a
 * source file: its class path is far from that of the tests.
 */
public final class YarnServers {
  private YarnServers() {}

  /**
   * @param args the folder that is to hold {@code yarn-site.xml} and {@code core-site.xml}
   */
  public static void main(String[] args) throws Exception {
    YarnConfiguration settings = new YarnConfiguration();
    settings.setBoolean("yarn.is.minicluster", true);
    settings.set("fs.defaultFS", "file:///");
    settings.setInt(YarnConfiguration.RM_AM_MAX_ATTEMPTS, 10);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MAXIMUM_ALLOCATION_MB, 4096);
    settings.setInt("yarn.minicluster.yarn.nodemanager.resource.memory-mb", 8192);
    settings.setInt(YarnConfiguration.NM_PMEM_MB, 8192);
    settings.setInt(YarnConfiguration.NM_VCORES, 8);
    settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    settings.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    // A disk that is nearly full is no reason to refuse a test.
    settings.setFloat(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 99.9f);
    settings.setInt(YarnConfiguration.DEBUG_NM_DELETE_DELAY_SEC, 600);
    settings.set(YarnConfiguration.YARN_APPLICATION_CLASSPATH, "");
    MiniYARNCluster cluster = new MiniYARNCluster("freshet", 1, 1, 1);
    // A failed start would leave threads behind that keep this JVM alive.
    try {
      cluster.init(settings);
      cluster.start();
      if (!cluster.waitForNodeManagersToConnect(60_000)) {
        throw new IllegalStateException("no node manager within a minute");
      }
      write(cluster.getConfig(), Files.createDirectories(Path.of(args[0])));
    } catch (Exception failed) {
      failed.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    System.out.println("ready");
    System.in.transferTo(OutputStream.nullOutputStream());
    cluster.stop();
    System.exit(0);
  }

  private static void write(Configuration running, Path folder) throws Exception {
    try (OutputStream file = Files.newOutputStream(folder.resolve("yarn-site.xml"))) {
      running.writeXml(file);
    }
    Files.writeString(
        folder.resolve("core-site.xml"),
        "<configuration><property><name>fs.defaultFS</name><value>file:///</value></property>"
            + "</configuration>");
  }
}
