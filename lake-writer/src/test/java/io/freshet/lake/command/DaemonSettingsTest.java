package io.freshet.lake.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapred.JobConf;
import org.junit.jupiter.api.Test;

class DaemonSettingsTest {
  @Test
  void onlyTheDaemonsDefaultsGo() throws Exception {
    Configuration usual = new JobConf();
    Configuration slim = new Configuration(usual);
    slim.set("yarn.resourcemanager.hostname", "manager.example");
    DaemonSettings.removeFrom(slim);
    assertThat(usual.get("yarn.nodemanager.resource.memory-mb")).isNotNull();
    assertThat(slim.get("yarn.nodemanager.resource.memory-mb")).isNull();
    assertThat(slim.get("yarn.resourcemanager.hostname"))
        .as("what somebody has set")
        .isEqualTo("manager.example");
    for (Map.Entry<String, String> setting : usual) {
      if (setting.getKey().startsWith("fs.") || setting.getKey().startsWith("io.")) {
        assertThat(slim.getRaw(setting.getKey()))
            .as(setting.getKey())
            .isEqualTo(usual.getRaw(setting.getKey()));
      }
    }
    assertThat(slim.get("mapreduce.outputcommitter.factory.scheme.s3a"))
        .isEqualTo(usual.get("mapreduce.outputcommitter.factory.scheme.s3a"))
        .isNotNull();
    assertThat(bytes(slim)).isLessThan(bytes(usual) / 2);
  }

  private static int bytes(Configuration settings) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    settings.write(new DataOutputStream(bytes));
    return bytes.size();
  }
}
