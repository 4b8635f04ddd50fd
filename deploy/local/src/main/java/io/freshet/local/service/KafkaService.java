package io.freshet.local.service;

import io.freshet.local.server.KafkaServerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/** Kafka in KRaft mode: one process is broker and controller. */
final class KafkaService extends EmbeddedService {

  KafkaService(ServiceContext context) {
    super(Part.KAFKA, context);
  }

  @Override
  public Map<String, Object> endpoint() {
    return Map.of("bootstrapServers", context().address(PortName.KAFKA));
  }

  @Override
  public Health health() {
    return Probe.kafka(context().port(PortName.KAFKA));
  }

  @Override
  Launch launch() throws IOException {
    Path settings = home().resolve("server.properties");
    String text = settings();
    PropertyFiles.write(settings, text);
    Path classPath = context().distribution().servicesClassPath();
    List<String> command =
        context().javaCommand(Part.KAFKA, classPath, "512m", ServiceContext.LOGGING);
    command.add(KafkaServerMain.class.getName());
    command.add(settings.toString());
    return new Launch(command, Map.of(), Map.of(), text, home());
  }

  private String settings() throws IOException {
    Path logs = home().resolve("data");
    Files.createDirectories(logs);
    String broker = context().address(PortName.KAFKA);
    String controller = context().address(PortName.KAFKA_CONTROLLER);
    return """
        freshet.cluster.id=%4$s
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@%2$s
        listeners=PLAINTEXT://%1$s,CONTROLLER://%2$s
        advertised.listeners=PLAINTEXT://%1$s,CONTROLLER://%2$s
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%3$s
        auto.create.topics.enable=false
        default.replication.factor=1
        min.insync.replicas=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=16777216
        """
        .formatted(broker, controller, logs, clusterId());
  }

  /** Chosen once: storage that was formatted for one cluster can't join another. */
  private String clusterId() throws IOException {
    Path file = home().resolve("cluster.properties");
    Properties cluster = PropertyFiles.read(file);
    if (cluster.putIfAbsent("id", Uuid.randomUuid().toString()) == null) {
      PropertyFiles.write(file, cluster);
    }
    return cluster.getProperty("id");
  }
}
