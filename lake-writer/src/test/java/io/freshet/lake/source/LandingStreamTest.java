package io.freshet.lake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.junit.jupiter.api.Test;

/** The stream's own logic over a store whose outages the test decides. */
class LandingStreamTest {
  private final Store store = new Store();
  private final LandingOffset start =
      new LandingOffset(Map.of("a", TopicPosition.START, "b", TopicPosition.START));
  private final LandingStream stream =
      new LandingStream(new LandingLog(store, "t"), start, List.of());

  @Test
  void anOutageHalfWayAnnouncesNothingTwice() {
    store.land("a", 0, 5);
    store.land("b", 0, 3);
    store.down = "t/b/";
    assertThat(latest(start)).isEqualTo(start);
    store.down = "none";
    Offset end = latest(start);
    assertThat(files(start, end)).containsExactly("a 0-5", "b 0-3");
  }

  @Test
  void whatIsCommittedIsForgottenAndWhatIsNewFollowsIt() {
    store.land("a", 0, 5);
    Offset first = latest(start);
    stream.commit(first);
    store.land("a", 5, 9);
    Offset second = latest(first);
    assertThat(files(first, second)).containsExactly("a 5-9");
    LandingOffset forgotten =
        new LandingOffset(Map.of("a", TopicPosition.START.with(0, 0), "b", TopicPosition.START));
    assertThatThrownBy(() -> files(forgotten, second)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aRunThatEndsTakesWhatWasThereWhenItBegan() {
    store.land("a", 0, 5);
    stream.prepareForTriggerAvailableNow();
    store.land("a", 5, 9);
    Offset end = latest(start);
    assertThat(files(start, end)).containsExactly("a 0-5");
    assertThat(latest(end)).isEqualTo(end);
  }

  @Test
  void aRunThatEndsDoesNotSitOutAnOutage() {
    store.down = "t/";
    assertThatThrownBy(stream::prepareForTriggerAvailableNow)
        .isInstanceOf(StoreUnreachableException.class);
  }

  @Test
  void aReaderMayStandInsideOfAFile() {
    store.land("a", 0, 5);
    store.land("a", 5, 9);
    LandingOffset inside = at(7);
    LandingStream entered = entered(inside);
    assertThat(files(entered, inside)).containsExactly("a 5-9");
  }

  @Test
  void aReaderMayBeAheadOfWhatHasLanded() {
    store.land("a", 0, 5);
    LandingOffset ahead = at(7);
    LandingStream entered = entered(ahead);
    assertThat(entered.latestOffset(ahead, ReadLimit.allAvailable())).isEqualTo(ahead);
    store.land("a", 5, 6);
    assertThat(entered.latestOffset(ahead, ReadLimit.allAvailable())).isEqualTo(ahead);
    store.land("a", 6, 9);
    assertThat(files(entered, ahead)).containsExactly("a 6-9");
  }

  @Test
  void aCaughtUpReaderListsFromItsOwnPositionOn() {
    store.land("a", 0, 5);
    LandingOffset caughtUp = at(5);
    LandingStream entered = entered(caughtUp);
    assertThat(entered.latestOffset(caughtUp, ReadLimit.allAvailable())).isEqualTo(caughtUp);
    store.land("a", 5, 9);
    assertThat(files(entered, caughtUp)).containsExactly("a 5-9");
  }

  private static LandingOffset at(long position) {
    return new LandingOffset(Map.of("a", TopicPosition.START.with(0, position)));
  }

  private LandingStream entered(LandingOffset from) {
    return new LandingStream(new LandingLog(store, "t"), from, List.of());
  }

  private static List<String> files(LandingStream stream, LandingOffset from) {
    Offset end = stream.latestOffset(from, ReadLimit.allAvailable());
    SegmentsPartition batch = (SegmentsPartition) stream.planInputPartitions(from, end)[0];
    return batch.segments().stream()
        .map(file -> file.topic() + " " + file.position() + "-" + file.next())
        .toList();
  }

  private Offset latest(Offset from) {
    return stream.latestOffset(from, ReadLimit.allAvailable());
  }

  private List<String> files(Offset from, Offset to) {
    SegmentsPartition batch = (SegmentsPartition) stream.planInputPartitions(from, to)[0];
    return batch.segments().stream()
        .map(file -> file.topic() + " " + file.position() + "-" + file.next())
        .toList();
  }

  private static final class Store implements LandingStore {
    private final TreeMap<String, LandingMetadata> objects = new TreeMap<>();
    private String down = "none";

    void land(String topic, long position, long next) {
      objects.put(
          new LandingKey("t", topic, 0, position, "avro").key(),
          new LandingMetadata(next, 1, 1, new UUID(0, 0), 0, 0));
    }

    @Override
    public List<String> folders(String prefix) {
      requireUp(prefix);
      return List.of("partition=0");
    }

    @Override
    public List<StoredObject> list(String prefix, String startAfter, int limit) {
      requireUp(prefix);
      List<StoredObject> listed = new ArrayList<>();
      objects.tailMap(startAfter, false).keySet().stream()
          .filter(key -> key.startsWith(prefix))
          .limit(limit)
          .forEach(key -> listed.add(new StoredObject(key, 1)));
      return listed;
    }

    private void requireUp(String prefix) {
      if (prefix.startsWith(down)) {
        throw new StoreUnreachableException("down", null);
      }
    }

    @Override
    public LandingMetadata metadata(String key) {
      return objects.get(key);
    }

    @Override
    public byte[] read(String key) {
      throw new IllegalStateException("there are no commit records");
    }

    @Override
    public String path(String key) {
      return key;
    }

    @Override
    public void close() {
      objects.clear();
    }
  }
}
