package io.freshet.local.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Runs a Kafka node, formatting its storage at its first start. */
public final class KafkaServerMain {
  private KafkaServerMain() {}

  /**
   * @param args the server's properties file; the cluster's id is kept beside it
   */
  public static void main(String[] args) throws Exception {
    Path settings = Path.of(args[0]);
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(settings)) {
      properties.load(reader);
    }
    format(properties, clusterId(settings.resolveSibling("cluster-id")));
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
    server.startup();
    server.awaitShutdown();
  }

  /** Chosen once: storage that was formatted for one cluster can't join another. */
  private static String clusterId(Path file) throws IOException {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException first) {
      String id = Uuid.randomUuid().toString();
      Files.writeString(file, id);
      return id;
    }
  }

  private static void format(Properties properties, String clusterId) throws Exception {
    String directory = properties.getProperty("log.dirs");
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
        .setClusterId(clusterId)
        .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
        .setControllerListenerName(properties.getProperty("controller.listener.names"))
        .setIgnoreFormatted(true)
        .addDirectory(directory)
        .setMetadataLogDirectory(directory)
        .run();
  }
}
