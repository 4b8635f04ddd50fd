package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.connect.AvroMessages;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** A task with more open files than its JVM's heap could hold. */
class ManyPartitionsTest extends TaskFixture {
  private static final int PARTITIONS = 2_000;
  private static final int BATCHES = 16;
  private static final int PER_BATCH = 8;
  private static final int RECORD_BYTES = 2_000;

  @Test
  void twoThousandOpenPartitionsFitIntoA512MbHeap() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                topic.partition().topic()));
    s3.properties(registry.url()).forEach((name, value) -> command.add(name + "=" + value));
    Path output = Path.of("target", "many-partitions.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(output.toString()).isTrue();
      assertThat(process.exitValue()).as(output.toString()).isZero();
    } finally {
      process.destroyForcibly();
    }

    int each = BATCHES * PER_BATCH;
    String topicKeys = LandingKey.topicPrefix("topics", topic.partition().topic());
    List<String> keys = s3.keys(topicKeys);
    assertThat(keys).hasSize(PARTITIONS);
    for (String key : List.of(keys.get(0), keys.get(1_234), keys.get(PARTITIONS - 1))) {
      assertThat(LandingMetadata.parse(s3.metadata(key), key).records()).isEqualTo(each);
      assertThat(AvroMessages.readFile(s3.read(key)))
          .extracting(row -> (long) row.get("__offset"))
          .isEqualTo(range(0, each));
    }
  }

  /** The task, in a JVM of its own. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) {
      Map<String, String> properties = new HashMap<>();
      for (String pair : List.of(arguments).subList(1, arguments.length)) {
        int equals = pair.indexOf('=');
        properties.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
      properties.put("flush.size", "-1");
      S3SinkConfig config = S3SinkConfig.parse(properties);
      TestWorker worker = new TestWorker(properties, null);
      worker.start(config, SinkServices.connect(config, worker, Clock.systemUTC()));
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(partition -> new TopicPartition(arguments[0], partition))
              .toList();
      worker.task().open(partitions);
      byte[] value =
          AvroMessages.framed(
              TestTopic.SCHEMA_ID,
              AvroMessages.body(AvroMessages.ROW, AvroMessages.row(1, "x".repeat(RECORD_BYTES))));
      for (int batch = 0; batch < BATCHES; batch++) {
        List<SinkRecord> records = new ArrayList<>();
        for (TopicPartition partition : partitions) {
          for (int i = 0; i < PER_BATCH; i++) {
            records.add(record(partition, batch * PER_BATCH + i, value));
          }
        }
        worker.task().put(records);
      }
      long limit = config.buffers().memoryBytes();
      long used = worker.services().buffers().usedBytes();
      if (used > limit) {
        throw new AssertionError(used + " bytes are held, and " + limit + " are allowed");
      }
      worker.task().close(partitions);
      worker.task().stop();
    }

    private static SinkRecord record(TopicPartition partition, long offset, byte[] value) {
      return new SinkRecord(
          partition.topic(),
          partition.partition(),
          null,
          null,
          null,
          value,
          offset,
          1_000 + offset,
          TimestampType.CREATE_TIME);
    }
  }
}
