package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.kafka.connect.cli.ConnectDistributed;

/** A Kafka Connect worker in distributed mode, the only one of its group. */
final class ConnectService extends EmbeddedService {
  private final Map<String, String> endpoints;

  /**
   * @param endpoints variables with the other parts' endpoints, for connectors' placeholders
   */
  ConnectService(ServiceContext context, Map<String, String> endpoints) {
    super(Part.CONNECT, context);
    this.endpoints = endpoints;
  }

  @Override
  public Set<Part> needs() {
    return Set.of(Part.KAFKA);
  }

  @Override
  public Map<String, Object> endpoint() {
    return Map.of("url", url());
  }

  private String url() {
    return "http://" + context().address(PortName.CONNECT);
  }

  @Override
  public Health health() {
    return Probe.http(url() + "/health", status -> status == 200);
  }

  @Override
  Launch launch() throws IOException {
    Path settings = home().resolve("worker.properties");
    String text = settings();
    PropertyFiles.write(settings, text);
    Path classPath = context().distribution().servicesClassPath();
    List<String> command =
        context().javaCommand(Part.CONNECT, classPath, "768m", ServiceContext.LOGGING);
    command.add(ConnectDistributed.class.getName());
    command.add(settings.toString());
    Map<String, String> secrets = new HashMap<>(context().awsCredentials());
    secrets.put("FRESHET_POSTGRES_PASSWORD", context().secrets().postgresPassword());
    // A worker loads its plugins once: it has to start anew when one of them was built anew.
    return new Launch(command, endpoints, secrets, text + pluginJars(), home());
  }

  private List<String> pluginJars() throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.walk(context().distribution().plugins())) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    List<String> described = new ArrayList<>();
    for (Path jar : jars) {
      CRC32 checksum = new CRC32();
      checksum.update(Files.readAllBytes(jar));
      described.add(jar + "=" + checksum.getValue());
    }
    return described;
  }

  /**
   * With one worker nobody else could take over a lost task, so a rebalance doesn't wait for its
   * return.
   */
  private String settings() {
    return """
        bootstrap.servers=%1$s
        group.id=freshet-connect
        listeners=%2$s
        rest.advertised.host.name=127.0.0.1
        key.converter=org.apache.kafka.connect.json.JsonConverter
        value.converter=org.apache.kafka.connect.json.JsonConverter
        config.storage.topic=connect-configs
        config.storage.replication.factor=1
        offset.storage.topic=connect-offsets
        offset.storage.replication.factor=1
        offset.storage.partitions=3
        status.storage.topic=connect-status
        status.storage.replication.factor=1
        status.storage.partitions=3
        exactly.once.source.support=enabled
        offset.flush.interval.ms=5000
        scheduled.rebalance.max.delay.ms=0
        connector.client.config.override.policy=All
        plugin.path=%3$s
        plugin.discovery=service_load
        config.providers=env,file
        config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
        config.providers.env.param.allowlist.pattern=FRESHET_.*|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY
        config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
        config.providers.file.param.allowed.paths=%4$s
        """
        .formatted(
            context().address(PortName.KAFKA),
            url(),
            context().distribution().plugins(),
            context().data().root());
  }
}
