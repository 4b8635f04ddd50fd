package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heap that all partitions of a task share. */
class BufferPoolTest extends TaskFixture {
  private static final long LIMIT = 1024 * 1024;

  @TempDir Path folder;

  private TestWorker small(String... more) {
    List<String> properties =
        new ArrayList<>(
            List.of(
                "buffer.memory.bytes",
                Long.toString(LIMIT),
                "buffer.spool.dir",
                folder.resolve("spool").toString(),
                "flush.size",
                "-1",
                "rotate.interval.ms",
                "60000"));
    properties.addAll(List.of(more));
    return worker(properties.toArray(String[]::new));
  }

  private List<TestTopic> partitions(int count, int rows) {
    List<TestTopic> topics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      topics.add(new TestTopic(topic.partition().topic(), i).rows(0, rows));
    }
    return topics;
  }

  @Test
  void manyPartitionsStayBelowOneLimit() {
    TestWorker worker = small();
    List<TestTopic> topics = partitions(60, 3_000);
    worker.assign(0, topics.toArray(TestTopic[]::new));
    long most = 0;
    for (int i = 0; i < 30; i++) {
      assertThat(worker.poll(100)).isTrue();
      most = Math.max(most, worker.services().buffers().usedBytes());
    }
    assertThat(most).as("bytes held").isLessThanOrEqualTo(LIMIT).isGreaterThan(LIMIT / 2);
    assertThat(worker.services().buffers().spooledBytes()).isPositive();

    clock.advance(Duration.ofMinutes(1));
    worker.poll(0);
    for (TestTopic each : topics) {
      assertThat(LandedLog.read(s3, each.partition()).offsets()).isEqualTo(range(0, 3_000));
    }
    assertThat(worker.services().buffers().usedBytes()).isZero();
    assertThat(worker.services().buffers().spooledBytes()).isZero();
  }

  @Test
  void theLargestAreSpooledFirst() {
    TestWorker worker = small();
    TestTopic large = new TestTopic(topic.partition().topic(), 0).rows(0, 100_000);
    List<TestTopic> quiet = partitions(41, 10).subList(1, 41);
    List<TestTopic> all = new ArrayList<>(quiet);
    all.add(large);
    worker.assign(0, all.toArray(TestTopic[]::new));
    assertThat(worker.poll(100_000)).isTrue();
    assertThat(worker.services().buffers().spooledBytes())
        .as("extents of the large file alone")
        .isBetween(1L, 8L * SpoolFile.EXTENT_BYTES);
    assertThat(worker.services().buffers().usedBytes())
        .as("the small files' kilobytes stay on the heap")
        .isGreaterThan(40 * 1024);
  }

  @Test
  void aPartitionWithFewRecordsCostsKilobytes() {
    TestWorker worker = small();
    worker.assign(0, partitions(50, 5).toArray(TestTopic[]::new));
    worker.poll(100);
    assertThat(worker.services().buffers().usedBytes()).isLessThan(50 * 2_048);
  }

  /** A record that comes back after the failure must be there once, as must those before it. */
  @Test
  void withoutRoomForTheSpoolTheTaskWaitsAndLosesNothing() throws Exception {
    Path blocked = folder.resolve("spool");
    Files.writeString(blocked, "not a folder");
    TestWorker worker = small();
    worker.assign(0, topic.rows(0, 90_000));
    assertThat(worker.poll(90_000)).isFalse();
    assertThat(worker.failure())
        .hasMessageContaining(blocked.toString())
        .hasMessageContaining("buffer.spool.dir");
    assertThat(worker.poll(90_000)).isFalse();
    Files.delete(blocked);
    assertThat(worker.poll(90_000)).isTrue();
    clock.advance(Duration.ofMinutes(1));
    worker.poll(0);
    assertThat(log().offsets()).isEqualTo(range(0, 90_000));
  }

  @Test
  void whatIsDueIsLandedToMakeRoomOnAFullDisk() throws Exception {
    Files.writeString(folder.resolve("spool"), "not a folder");
    TestWorker worker = small();
    worker.assign(0, topic.rows(0, 90_000));
    assertThat(worker.poll(90_000)).isFalse();
    clock.advance(Duration.ofMinutes(1));
    assertThat(worker.poll(90_000)).isFalse();
    assertThat(worker.poll(90_000)).isTrue();
    clock.advance(Duration.ofMinutes(1));
    worker.poll(0);
    assertThat(log().offsets()).isEqualTo(range(0, 90_000));
    assertThat(log().keys()).hasSize(2);
  }

  @Test
  void theDefaultIsAShareOfTheHeap() {
    assertThat(BufferOptions.share(512L << 20, 1)).isEqualTo(128L << 20);
    assertThat(BufferOptions.share(4096L << 20, 8)).isEqualTo(128L << 20);
    assertThat(BufferOptions.share(256L << 20, 100)).isEqualTo(16L << 20);
    assertThatThrownBy(() -> S3SinkConfig.parse(with("buffer.memory.bytes", "1000")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("buffer.memory.bytes")
        .hasMessageContaining("1000")
        .hasMessageContaining("at least 1048576");
  }

  private static Map<String, String> with(String name, String value) {
    return Map.of("s3.bucket.name", "b", name, value);
  }
}
