package io.freshet.connectors;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.metadata.storage.Formatter;

/** A Kafka broker and a distributed Connect worker in this JVM, on free ports of 127.0.0.1. */
final class ConnectCluster implements AutoCloseable {
  private static final String CLUSTER_ID = "Y29ubmVjdG9yLXRlc3RzMQ";

  private final KafkaRaftServer kafka;
  private final Connect<?> connect;

  private ConnectCluster(KafkaRaftServer kafka, Connect<?> connect) {
    this.kafka = kafka;
    this.connect = connect;
  }

  static ConnectCluster start() throws Exception {
    Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "kafka-");
    int broker = freePort();
    KafkaRaftServer kafka = kafka(data.toAbsolutePath(), broker, freePort());
    kafka.startup();
    return new ConnectCluster(kafka, connect(broker));
  }

  /** The worker's REST endpoint. */
  URI url() {
    return URI.create(connect.rest().advertisedUrl().toString().replaceAll("/$", ""));
  }

  @Override
  public void close() {
    connect.stop();
    connect.awaitStop();
    kafka.shutdown();
    kafka.awaitShutdown();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static KafkaRaftServer kafka(Path data, int broker, int controller) throws Exception {
    Properties config = new Properties();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    String listeners = "PLAINTEXT://127.0.0.1:" + broker + ",CONTROLLER://127.0.0.1:" + controller;
    config.put("listeners", listeners);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    config.put("log.dirs", data.toString());
    config.put("auto.create.topics.enable", "false");
    config.put("offsets.topic.num.partitions", "1");
    config.put("offsets.topic.replication.factor", "1");
    config.put("transaction.state.log.num.partitions", "1");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("group.initial.rebalance.delay.ms", "0");
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .setClusterId(CLUSTER_ID)
        .setNodeId(1)
        .setControllerListenerName("CONTROLLER")
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .run();
    return new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
  }

  private static Connect<?> connect(int broker) {
    Map<String, String> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:" + broker);
    config.put("group.id", "connect");
    config.put("listeners", "http://127.0.0.1:0");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    for (String storage : new String[] {"offset", "config", "status"}) {
      config.put(storage + ".storage.topic", "_connect_" + storage);
      config.put(storage + ".storage.replication.factor", "1");
    }
    config.put("offset.storage.partitions", "1");
    config.put("status.storage.partitions", "1");
    config.put("plugin.discovery", "service_load");
    config.put("config.providers", "env,file");
    config.put(
        "config.providers.env.class",
        "org.apache.kafka.common.config.provider.EnvVarConfigProvider");
    config.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    return new ConnectDistributed().startConnect(config);
  }
}
