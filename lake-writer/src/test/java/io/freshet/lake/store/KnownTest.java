package io.freshet.lake.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class KnownTest {
  private static final String TABLE = "/warehouse/museum/artists";
  private static final byte[] CONTENT = {1, 2};

  private final Known known = new Known();
  private int asked;

  private static Path path(String below) {
    return new Path("s3a://lake" + TABLE + "/" + below);
  }

  private static TablePath at(String below) {
    return TablePath.of(path(below));
  }

  private static FileStatus status(String below) {
    return new FileStatus(2, false, 1, 1, 0, path(below));
  }

  private String[] instants() throws IOException {
    FileStatus[] all =
        known
            .held(at(".hoodie/timeline"))
            .orElseThrow()
            .instants(
                () -> {
                  asked++;
                  return new FileStatus[] {status(".hoodie/timeline/1.deltacommit.requested")};
                });
    return Arrays.stream(all).map(one -> one.getPath().getName()).toArray(String[]::new);
  }

  @Test
  void aHeldTablesInstantsAreListedOnceAndFollowWhatIsWritten() throws IOException {
    String inflight = ".hoodie/timeline/20261121153433389.deltacommit.inflight";
    assertThat(known.held(at(inflight))).isEmpty();
    known.hold(TABLE);
    assertThat(known.instant(at(inflight), path(inflight))).isEmpty();
    assertThat(instants()).containsExactly("1.deltacommit.requested");
    known.written(at(inflight), status(inflight), CONTENT);
    assertThat(instants())
        .containsExactly("1.deltacommit.requested", "20261121153433389.deltacommit.inflight");
    assertThat(known.instant(at(inflight), path(inflight)).orElseThrow()).isPresent();
    known.forget(at(inflight), path(inflight));
    assertThat(known.instant(at(inflight), path(inflight))).contains(Optional.empty());
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void whatIsHeldTwiceIsForgottenWithTheLastHold() throws IOException {
    known.hold(TABLE);
    known.hold(TABLE);
    instants();
    known.release(TABLE);
    instants();
    assertThat(asked).isEqualTo(1);
    known.release(TABLE);
    assertThat(known.held(at(".hoodie/timeline"))).isEmpty();
    known.hold(TABLE);
    instants();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void changedPropertiesAreReadAnew() throws IOException {
    known.hold(TABLE);
    TablePath properties = at(".hoodie/hoodie.properties");
    HeldTable held = known.held(properties).orElseThrow();
    assertThat(held.properties(() -> CONTENT)).isSameAs(CONTENT);
    assertThat(held.properties(() -> new byte[0])).isSameAs(CONTENT);
    known.written(properties, status(".hoodie/hoodie.properties"), CONTENT);
    assertThat(held.properties(() -> new byte[0])).isEmpty();
  }

  @Test
  void aCompletedInstantIsReadOnceUnlessItIsLarge() throws IOException {
    TablePath instant = at(".hoodie/timeline/20261121153433389_20261121153434703.deltacommit");
    assertThat(known.completed(instant, () -> new byte[Known.LARGEST_INSTANT + 1])).isEmpty();
    assertThat(known.completed(instant, () -> CONTENT)).contains(CONTENT);
    assertThat(known.completed(instant, () -> new byte[0])).contains(CONTENT);
  }

  @Test
  void aDroppedTableIsForgotten() throws IOException {
    String file = ".f-0_20261121153433389.log.1_0-305-413";
    String partition = "grp=a/.hoodie_partition_metadata";
    known.hold(TABLE);
    instants();
    known.written(at(file), status(file), null);
    known.partition(at(partition));
    assertThat(known.logFile(at(file))).isPresent();
    known.forget(at(""), path(""));
    assertThat(known.logFile(at(file))).isEmpty();
    assertThat(known.isPartition(at(partition))).isFalse();
    instants();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void anAbsenceIsSaidOnce() {
    TablePath file = at(".f-0_20261121153433389.log.1_0-305-413");
    known.isAbsent(file);
    assertThat(known.wasAbsent(file)).isTrue();
    assertThat(known.wasAbsent(file)).isFalse();
  }

  @Test
  void theOldestGoesFirst() {
    Recent<byte[]> recent = new Recent<>(4, content -> content.length);
    recent.put("a", CONTENT);
    recent.put("b", CONTENT);
    recent.get("a");
    recent.put("c", CONTENT);
    assertThat(recent.get("a")).isPresent();
    assertThat(recent.get("b")).isEmpty();
    recent.removeIf(path -> path.equals("a"));
    recent.put("d", CONTENT);
    assertThat(recent.get("c")).isPresent();
  }
}
