package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a task asks of S3 beside the files' bytes. */
class LandedTagsTest extends TaskFixture {
  private static final String TAGGING = "x-amz-tagging";

  @Test
  void filesAreTaggedWithTheirOffsetsIfAskedTo() throws Exception {
    try (TestS3 unsigned = new TestS3(false);
        RecordingS3 recording = new RecordingS3(unsigned.endpoint(), TAGGING)) {
      TestWorker worker =
          worker(
              "store.url",
              recording.url(),
              "s3.bucket.name",
              unsigned.bucket(),
              "s3.object.tagging",
              "true",
              "flush.size",
              "3");
      worker.assign(0, topic.rows(4, 5).rows(7, 9));
      worker.poll(100);
      RecordingS3.Request put = recording.only("PUT");
      assertThat(List.of(put.header(TAGGING).split("&")))
          .containsExactlyInAnyOrder("startOffset=4", "endOffset=8", "recordCount=3");
      recording.forget();
      TestWorker untagged =
          worker(
              "store.url", recording.url(), "s3.bucket.name", unsigned.bucket(), "flush.size", "3");
      untagged.assign(0, topic.rows(9, 12));
      untagged.poll(100);
      assertThat(recording.only("PUT").header(TAGGING)).isNull();
    }
  }

  @Test
  void aTaskThatIsGivenAPartitionAbortsItsOldUploads() throws Exception {
    try (RecordingS3 recording = new RecordingS3(s3.endpoint())) {
      worker("store.url", recording.url()).assign(0, topic.rows(0, 1));
      assertThat(recording.only("GET uploads").uri().getQuery())
          .contains("prefix=topics/" + topic.partition().topic() + "/");
      recording.forget();
      worker("store.url", recording.url(), "s3.abort.unfinished.after.ms", "-1").assign(0, topic);
      assertThat(recording.requests("GET uploads")).isEmpty();
    }
  }
}
