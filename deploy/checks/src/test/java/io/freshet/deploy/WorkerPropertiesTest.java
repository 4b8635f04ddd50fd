package io.freshet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers' settings, by Kafka Connect's own parser. */
class WorkerPropertiesTest {
  private static Map<String, String> properties(String name) throws IOException {
    Properties read = new Properties();
    read.load(new StringReader(Deploy.text(name)));
    Map<String, String> values = new TreeMap<>();
    read.forEach((key, value) -> values.put((String) key, (String) value));
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"msk/worker.properties", "compose/worker.properties"})
  void connectTakesThem(String name) throws IOException {
    Map<String, String> worker = properties(name);
    // A provider refuses a folder that is not there; a worker's host has it.
    worker.replace("config.providers.file.param.allowed.paths", "/etc/freshet", "/etc");
    DistributedConfig config = new DistributedConfig(worker);
    assertThat(config.exactlyOnceSourceEnabled()).isTrue();
    assertThat(config.groupId()).isEqualTo("freshet-connect");
    assertThat(config.bootstrapServers()).endsWith(":9092").doesNotContain("env:");
  }

  @Test
  void everyClientOfAnMskWorkerLogsInWithIam() throws IOException {
    Map<String, String> worker = properties("msk/worker.properties");
    Map<String, String> login = new HashMap<>();
    for (String name :
        List.of(
            "security.protocol",
            "sasl.mechanism",
            "sasl.jaas.config",
            "sasl.client.callback.handler.class")) {
      login.put(name, worker.get(name));
    }
    assertThat(login)
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "AWS_MSK_IAM");
    for (String client : List.of("producer.", "consumer.", "admin.")) {
      login.forEach((name, value) -> assertThat(worker).containsEntry(client + name, value));
    }
  }
}
