package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.LandingKey;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** How objects are uploaded: side by side, with and without the store's conditions. */
class UploadsTest extends StoreFixture {
  /** Requests are held back until so many are there. */
  private static final class Gate implements Runnable {
    private final CountDownLatch together;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    Gate(int together) {
      this.together = new CountDownLatch(together);
    }

    @Override
    public void run() {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      together.countDown();
      try {
        together.await(2, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      inside.decrementAndGet();
    }
  }

  @Test
  void partsGoSideBySideAndStayInOrder() throws Exception {
    byte[] bytes = new byte[3 * PART_BYTES + 7];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i / 1000));
    Gate gate = new Gate(3);
    recording.beforeForward(
        () -> {
          if (!recording.requests("PUT part").isEmpty()) {
            gate.run();
          }
        });
    try (S3ObjectStore store = store("s3.upload.threads", "3");
        SpoolBuffer payload = TestBuffers.onHeap()) {
      payload.write(bytes, 0, bytes.length);
      assertThat(store.putIfAbsent(key, payload, Map.of())).isTrue();
    }
    assertThat(gate.most.get()).isEqualTo(3);
    assertThat(s3.read(key)).isEqualTo(bytes);
  }

  @Test
  void oneThreadUploadsOnePartAtATime() throws Exception {
    Gate gate = new Gate(1);
    recording.beforeForward(gate);
    try (S3ObjectStore store = store("s3.upload.threads", "1")) {
      put(store, 3 * PART_BYTES);
    }
    assertThat(gate.most.get()).isEqualTo(1);
  }

  @Test
  void filesOfACommitGoSideBySideEvenInParts() {
    Gate gate = new Gate(4);
    List<String> keys = IntStream.range(0, 4).mapToObj(i -> key + "-" + i).toList();
    recording.beforeForward(gate);
    try (S3ObjectStore store = store("s3.upload.threads", "4")) {
      store.upload(
          keys.stream()
              .<Runnable>map(
                  name ->
                      () -> {
                        try (SpoolBuffer payload = TestBuffers.onHeap()) {
                          payload.write(new byte[PART_BYTES + 1], 0, PART_BYTES + 1);
                          store.putIfAbsent(name, payload, Map.of());
                        }
                      })
              .toList());
    }
    assertThat(gate.most.get()).isEqualTo(4);
    assertThat(s3.keys(key)).containsExactlyElementsOf(keys);
  }

  @Test
  void afterAFailureNoneIsBegunAndTheRunningOnesAreWaitedFor() {
    List<Integer> begun = new ArrayList<>();
    AtomicInteger running = new AtomicInteger();
    try (UploadPool pool = new UploadPool(1)) {
      List<Runnable> uploads =
          IntStream.range(0, 5)
              .<Runnable>mapToObj(
                  i ->
                      () -> {
                        begun.add(i);
                        if (i == 2) {
                          throw new RetriableException("number 2");
                        }
                      })
              .toList();
      assertThatThrownBy(() -> pool.run(uploads)).hasMessage("number 2");
      assertThat(begun).containsExactly(0, 1, 2);
    }
    try (UploadPool pool = new UploadPool(2)) {
      CountDownLatch both = new CountDownLatch(2);
      Runnable slow =
          () -> {
            running.incrementAndGet();
            both.countDown();
            awaitQuietly(both);
            running.decrementAndGet();
          };
      Runnable failing =
          () -> {
            both.countDown();
            awaitQuietly(both);
            throw new RetriableException("at once");
          };
      assertThatThrownBy(() -> pool.run(List.of(slow, failing))).hasMessage("at once");
      assertThat(running.get()).isZero();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, PART_BYTES + 1})
  void withoutConditionsTheKeyIsLookedAtFirst(int bytes) throws Exception {
    try (S3ObjectStore store = store("s3.conditional.writes", "false")) {
      assertThat(put(store, bytes)).isTrue();
      assertThat(put(store, bytes)).as("the key is taken").isFalse();
    }
    assertThat(recording.requests())
        .allSatisfy(request -> assertThat(request.header("if-none-match")).isNull());
    assertThat(s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads()).isEmpty();
  }

  @Test
  void withoutConditionsAnUploadInPartsLooksAgainBeforeItEnds() throws Exception {
    recording.beforeForward(
        () -> {
          if (recording.requests("PUT part").size() == 2) {
            s3.client()
                .putObject(
                    r -> r.bucket(s3.bucket()).key(key),
                    software.amazon.awssdk.core.sync.RequestBody.fromString("another's"));
          }
        });
    try (S3ObjectStore store = store("s3.conditional.writes", "false")) {
      assertThat(put(store, PART_BYTES + 1)).isFalse();
    }
    assertThat(s3.read(key)).asString().isEqualTo("another's");
    assertThat(s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads()).isEmpty();
  }

  @Test
  void whatConditionsOffCostsIsSaidAtTheStart() {
    assertThat(S3SinkConfig.parse(properties()).store().warnings()).isEmpty();
    assertThat(S3SinkConfig.parse(properties("s3.conditional.writes", "false")).store().warnings())
        .singleElement()
        .asString()
        .contains("s3.conditional.writes=false", "overwriting each other's files");
    assertThat(S3SinkConfig.parse(properties("s3.storage.class", "GLACIER")).store().warnings())
        .singleElement()
        .asString()
        .contains("s3.storage.class=GLACIER", "must be restored");
  }

  private static String begin(String object) {
    return s3.client().createMultipartUpload(r -> r.bucket(s3.bucket()).key(object)).uploadId();
  }

  private static List<String> unfinished() {
    return s3.client().listMultipartUploads(r -> r.bucket(s3.bucket())).uploads().stream()
        .map(MultipartUpload::key)
        .toList();
  }

  @Test
  void oldUnfinishedUploadsOfThePartitionAreAborted() throws IOException {
    String topic = "moma." + System.nanoTime();
    String mine = new LandingKey("topics", topic, 1, 0, "avro").key();
    String inFolder = "topics/" + topic + "/country=de/" + topic + "+1+00000000000000000005+x.avro";
    String others = new LandingKey("topics", topic, 11, 0, "avro").key();
    for (String object : List.of(mine, inFolder, others)) {
      begin(object);
    }
    Clock now = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    Clock later = Clock.offset(now, Duration.ofHours(25));
    List<TopicPartition> partitions = List.of(new TopicPartition(topic, 1));
    Optional<Duration> day = S3SinkConfig.parse(properties()).store().uploads().abortAfter();
    try (S3ObjectStore store = store()) {
      new UnfinishedUploads(store, "topics", now, day).abort(partitions);
      assertThat(unfinished()).as("live ones").containsExactlyInAnyOrder(mine, inFolder, others);
      new UnfinishedUploads(store, "topics", later, Optional.empty()).abort(partitions);
      assertThat(unfinished()).as("switched off").hasSize(3);
      recording.refuse("GET uploads", 1, 403, "AccessDenied", "no");
      new UnfinishedUploads(store, "topics", later, day).abort(partitions);
      assertThat(unfinished()).as("a refusal is no failure").hasSize(3);
      new UnfinishedUploads(store, "topics", later, day).abort(partitions);
      assertThat(unfinished()).as("another partition's stays").containsExactly(others);
      new UnfinishedUploads(store, "topics", later, day)
          .abort(List.of(new TopicPartition(topic, 11)));
      assertThat(unfinished()).isEmpty();
    }
    assertThat(
            S3SinkConfig.parse(properties("s3.abort.unfinished.after.ms", "-1"))
                .store()
                .uploads()
                .abortAfter())
        .isEmpty();
  }
}
