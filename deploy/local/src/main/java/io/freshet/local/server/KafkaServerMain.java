package io.freshet.local.server;

import java.io.BufferedReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Runs a Kafka node, formatting its storage at its first start. */
public final class KafkaServerMain {
  private KafkaServerMain() {}

  /**
   * @param args the server's properties file, with the cluster's id as {@code freshet.cluster.id}
   */
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(reader);
    }
    format(properties);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
    server.startup();
    server.awaitShutdown();
  }

  private static void format(Properties properties) throws Exception {
    String directory = properties.getProperty("log.dirs");
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
        .setClusterId(properties.getProperty("freshet.cluster.id"))
        .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
        .setControllerListenerName(properties.getProperty("controller.listener.names"))
        .setIgnoreFormatted(true)
        .addDirectory(directory)
        .setMetadataLogDirectory(directory)
        .run();
  }
}
