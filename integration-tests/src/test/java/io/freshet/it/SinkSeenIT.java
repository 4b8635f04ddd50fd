package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import io.freshet.local.service.Part;
import io.freshet.schemas.LandingKey;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a sink in a real worker shows of itself: in JMX, and in its group's offsets. */
class SinkSeenIT {
  private static final String SINK = "seen";
  private static final String TOPIC = "seen.rows";
  private static final int ROWS = 25;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EmbeddedPipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);

  @Test
  void jmxAndTheGroupsOffsetsTellWhatIsLanded() throws Exception {
    try (AvroTopics topics = new AvroTopics(pipeline);
        LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      topics.create(TOPIC, 1);
      for (int i = 0; i < ROWS; i++) {
        topics.send(TOPIC, 0, i);
      }
      topics.flush();
      connectors.run(
          "apply",
          connectors.variant(
              "moma-s3-sink",
              SINK,
              Map.of(
                  "topics.regex", TOPIC.replace(".", "\\."),
                  "tasks.max", "1",
                  "flush.size", "10",
                  "rotate.interval.ms", "3600000",
                  "rotate.idle.ms", "-1")));
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> landed.next(TOPIC, 0) == 20);

      OffsetAndMetadata hint =
          Awaitility.await()
              .atMost(PATIENCE)
              .until(this::committed, offset -> offset != null && offset.offset() == 20);
      assertThat(hint.metadata())
          .as("the key of the last landed file, as the worker passed it on")
          .isEqualTo(new LandingKey("topics", TOPIC, 0, 10, "avro").key());
      assertThat(attributes("kafka.connect:type=plugins,connector=seen,task=0"))
          .containsEntry("landed-records-total", 20L)
          .containsEntry("landed-files-total", 2L);
      assertThat(
              attributes(
                  "kafka.connect:type=plugins,connector=seen,task=0,topic=%s,partition=0"
                      .formatted(TOPIC)))
          .containsEntry("landed-records-total", 20L)
          .containsEntry("open-files", 1L)
          .containsEntry("landing-lag-offsets", 5L);
    } finally {
      connectors.run("delete", SINK);
    }
  }

  private OffsetAndMetadata committed() throws Exception {
    Map<String, Object> brokers =
        Map.of("bootstrap.servers", pipeline.env("FRESHET_KAFKA_BOOTSTRAP_SERVERS"));
    try (Admin admin = Admin.create(brokers)) {
      return admin
          .listConsumerGroupOffsets("connect-" + SINK)
          .partitionsToOffsetAndMetadata()
          .get()
          .get(new TopicPartition(TOPIC, 0));
    }
  }

  /** Those of a bean in the worker's JVM. */
  private Map<String, Object> attributes(String bean) throws Exception {
    long pid =
        pipeline.stack().status().stream()
            .filter(part -> part.part() == Part.CONNECT)
            .findFirst()
            .orElseThrow()
            .pid()
            .orElseThrow();
    VirtualMachine worker = VirtualMachine.attach(Long.toString(pid));
    try (JMXConnector jmx =
        JMXConnectorFactory.connect(new JMXServiceURL(worker.startLocalManagementAgent()))) {
      MBeanServerConnection server = jmx.getMBeanServerConnection();
      // The order of a name's parts is the worker's own.
      Set<ObjectName> names = server.queryNames(new ObjectName(bean), null);
      assertThat(names).as(bean).hasSize(1);
      ObjectName name = names.iterator().next();
      Map<String, Object> attributes = new TreeMap<>();
      for (MBeanAttributeInfo info : server.getMBeanInfo(name).getAttributes()) {
        attributes.put(info.getName(), server.getAttribute(name, info.getName()));
      }
      return attributes;
    } finally {
      worker.detach();
    }
  }
}
