package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.connect.AvroMessages;
import java.time.Duration;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** Several files of one partition, which a commit record makes one step of the log. */
class CommitLogTest extends TaskFixture {
  private static final int OTHER_ID = 6;
  private static final Schema OTHER =
      SchemaBuilder.record("Other").namespace("moma").fields().requiredInt("id").endRecord();

  private TestTopic flapping(long from, long to) {
    registry.content(OTHER_ID, OTHER);
    for (long offset = from; offset < to; offset++) {
      if (offset % 2 == 0) {
        topic.row(offset);
      } else {
        byte[] body =
            AvroMessages.body(
                OTHER, new GenericRecordBuilder(OTHER).set("id", (int) offset).build());
        topic.value(offset, AvroMessages.framed(OTHER_ID, body));
      }
    }
    return topic;
  }

  private TestWorker flapWorker(String... more) {
    String[] properties = new String[more.length + 2];
    properties[0] = "rotate.on.schema.change";
    properties[1] = "false";
    System.arraycopy(more, 0, properties, 2, more.length);
    return worker(properties);
  }

  private CommittedLog committed() {
    return CommittedLog.read(s3, topic.partition());
  }

  @Test
  void alternatingSchemasMakeOneFileEach() {
    TestWorker worker = flapWorker("flush.size", "50");
    worker.assign(0, flapping(0, 200));
    worker.poll(1_000);
    assertThat(committed().filesPerCommit()).containsExactly(2, 2);
    assertThat(store.mostTogether()).as("files that may go up side by side").isEqualTo(2);
    assertThat(committed().offsets()).isEqualTo(range(0, 198));
    worker.revoke(topic);
    assertThat(committed().offsets()).isEqualTo(range(0, 200));
  }

  @Test
  void eachSchemaBeginsAFileWithoutTheMode() {
    TestWorker worker = worker("flush.size", "50");
    worker.assign(0, flapping(0, 20));
    worker.poll(1_000);
    assertThat(log().keys()).hasSize(19);
  }

  @Test
  void aFileWithoutItsCommitIsNotLanded() {
    TestWorker worker = flapWorker("rotate.interval.ms", "1000", "rotate.on.close", "false");
    worker.assign(0, flapping(0, 10));
    store.aroundPut(
        put -> {
          boolean done = put.run();
          if (s3.keys("topics/" + topic.partition().topic()).size() == 1) {
            throw new RetriableException("cut off after the first data file");
          }
          return done;
        });
    worker.poll(100);
    clock.advance(Duration.ofSeconds(1));
    assertThat(worker.poll(100)).isFalse();
    worker.revoke(topic);
    assertThat(committed().offsets()).isEmpty();

    TestWorker next = flapWorker("rotate.interval.ms", "1000");
    next.assign(0, topic);
    next.poll(100);
    clock.advance(Duration.ofSeconds(1));
    next.poll(100);
    assertThat(committed().offsets()).isEqualTo(range(0, 10));
  }

  @Test
  void aRetriedCommitUploadsItsFilesOnce() {
    TestWorker worker = flapWorker("rotate.interval.ms", "1000");
    worker.assign(0, flapping(0, 10));
    int[] puts = {0};
    store.aroundPut(
        put -> {
          if (++puts[0] == 3) {
            throw new RetriableException("the commit record could not be put");
          }
          return put.run();
        });
    worker.poll(100);
    clock.advance(Duration.ofSeconds(1));
    assertThat(worker.poll(100)).isFalse();
    assertThat(worker.poll(100)).isTrue();
    assertThat(puts[0]).as("two files, the record twice").isEqualTo(4);
    assertThat(committed().offsets()).isEqualTo(range(0, 10));
  }

  @Test
  void ofTwoOwnersOneCommitsAndTheOthersFilesAreDeleted() {
    TestWorker slow = flapWorker("flush.size", "1000", "rotate.interval.ms", "5000");
    slow.assign(0, flapping(0, 10));
    slow.poll(100);
    TestWorker quick = flapWorker("flush.size", "2", "rotate.interval.ms", "5000");
    quick.assign(0, topic);
    quick.poll(100);
    int landed = committed().offsets().size();
    assertThat(landed).isPositive();
    clock.advance(Duration.ofSeconds(5));
    slow.poll(100);
    assertThat(slow.position(topic)).as("goes on where the winner ended").isEqualTo(3);
    assertThat(s3.keys("topics/" + topic.partition().topic() + "/partition=0/"))
        .as("only committed files are left")
        .containsExactlyInAnyOrderElementsOf(committed().dataKeys());
  }

  @Test
  void oneLogIsNotOfTwoKinds() {
    TestWorker plain = worker("flush.size", "2");
    plain.assign(0, topic.rows(0, 4));
    plain.poll(100);
    TestWorker commits = flapWorker("flush.size", "2");
    assertThatThrownBy(() -> commits.assign(0, topic))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("was landed with another partitioner.class")
        .hasMessageContaining("or another topics.dir");
    assertThat(log().offsets()).isEqualTo(List.of(0L, 1L, 2L, 3L));
  }
}
