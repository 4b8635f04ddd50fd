package io.freshet.lake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.lake.config.TopicPattern;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.junit.jupiter.api.Test;

/** The stream's own logic over a store whose outages the test decides. */
class LandingStreamTest {
  private static final Duration SWEEP = Duration.ofMinutes(5);
  private final Map<TopicPartition, Long> group = new HashMap<>();
  private final SetClock clock = new SetClock();
  private boolean groupDown;
  private int asked;
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

  @Test
  void twoHundredIdleTopicsAskTheStoreNothing() {
    Map<String, TopicPosition> positions = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      store.land("idle" + i, 0, 5);
      positions.put("idle" + i, TopicPosition.START);
      group.put(new TopicPartition("idle" + i, 0), 5L);
    }
    LandingStream hinted = hinted(new LandingOffset(positions), List.of());
    Offset caughtUp = hinted.latestOffset(new LandingOffset(positions), ReadLimit.allAvailable());
    assertThat(((LandingOffset) caughtUp).of("idle199").of(0)).hasValue(5);
    store.requests = 0;
    asked = 0;
    for (int trigger = 0; trigger < 100; trigger++) {
      assertThat(hinted.latestOffset(caughtUp, ReadLimit.allAvailable())).isEqualTo(caughtUp);
    }
    assertThat(store.requests).isZero();
    assertThat(asked).as("one request to Kafka for all topics").isEqualTo(100);

    store.land("idle7", 5, 9);
    group.put(new TopicPartition("idle7", 0), 9L);
    assertThat(files(hinted, (LandingOffset) caughtUp)).containsExactly("idle7 5-9");
    assertThat(store.requests).as("a LIST and what its one file says of itself").isEqualTo(2);
    LandingOffset moved = with((LandingOffset) caughtUp, "idle7", 9);
    assertThat(hinted.latestOffset(moved, ReadLimit.allAvailable())).isEqualTo(moved);
    assertThat(store.requests).isEqualTo(2);
  }

  @Test
  void theListIsTheTruth() {
    store.land("a", 0, 5);
    LandingOffset from = at(0);
    group.put(new TopicPartition("a", 0), 5L);
    LandingStream hinted = hinted(from, List.of());
    assertThat(files(hinted, from)).containsExactly("a 0-5");
    store.land("a", 5, 9); // The sink was killed before it said so.
    LandingOffset caughtUp = at(5);
    assertThat(hinted.latestOffset(caughtUp, ReadLimit.allAvailable())).isEqualTo(caughtUp);
    clock.now = clock.now.plus(SWEEP);
    assertThat(files(hinted, caughtUp)).as("found by the sweep").containsExactly("a 5-9");

    group.put(new TopicPartition("a", 0), 12L); // It says so before it can be seen.
    LandingOffset next = at(9);
    assertThat(hinted.latestOffset(next, ReadLimit.allAvailable())).isEqualTo(next);
    store.land("a", 9, 12);
    group.put(new TopicPartition("a", 0), 13L);
    assertThat(files(hinted, next)).containsExactly("a 9-12");

    group.clear(); // Somebody has reset it: as without it, all is listed.
    store.land("a", 12, 15);
    assertThat(files(hinted, at(12))).containsExactly("a 12-15");
    group.put(new TopicPartition("a", 0), 1L);
    store.land("a", 15, 16);
    assertThat(files(hinted, at(15))).containsExactly("a 15-16");
  }

  @Test
  void kafkasOutageAndTheStoresLoseNoHint() {
    store.land("a", 0, 5);
    group.put(new TopicPartition("a", 0), 5L);
    LandingOffset from = at(0);
    LandingStream hinted = hinted(from, List.of());
    store.down = "t/";
    assertThat(hinted.latestOffset(from, ReadLimit.allAvailable())).isEqualTo(from);
    store.down = "none";
    assertThat(files(hinted, from)).containsExactly("a 0-5");
    groupDown = true;
    store.land("a", 5, 9);
    assertThat(files(hinted, at(5))).containsExactly("a 5-9");
    asked = 0;
    hinted.latestOffset(at(9), ReadLimit.allAvailable());
    assertThat(asked).as("Kafka is left alone for a while").isZero();
  }

  @Test
  void aNewTopicIsSeenByItsPositionInTheGroup() {
    LandingOffset from = new LandingOffset(Map.of());
    LandingStream hinted =
        hinted(from, List.of(new TopicPattern(List.of("new*"), List.of("*.tmp"))));
    assertThat(hinted.latestOffset(from, ReadLimit.allAvailable())).isEqualTo(from);
    store.land("new.artists", 0, 5);
    store.land("new.tmp", 0, 5);
    group.put(new TopicPartition("new.artists", 0), 5L);
    group.put(new TopicPartition("new.tmp", 0), 5L);
    assertThat(files(hinted, from)).containsExactly("new.artists 0-5");
  }

  private LandingStream hinted(LandingOffset from, List<TopicPattern> patterns) {
    return new LandingStream(
        new LandingLog(store, "t"),
        from,
        patterns,
        new LandingHints(
            () -> {
              asked++;
              if (groupDown) {
                throw new StoreUnreachableException("Kafka is down", null);
              }
              return Map.copyOf(group);
            },
            () -> {},
            SWEEP,
            clock));
  }

  private static LandingOffset with(LandingOffset offset, String topic, long position) {
    Map<String, TopicPosition> topics = new TreeMap<>(offset.topics());
    topics.put(topic, TopicPosition.START.with(0, position));
    return new LandingOffset(topics);
  }

  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("nobody asks for it");
    }
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
    private int requests;

    void land(String topic, long position, long next) {
      objects.put(
          new LandingKey("t", topic, 0, position, "avro").key(),
          new LandingMetadata(next, 1, 1, new UUID(0, 0), 0, 0));
    }

    @Override
    public List<String> folders(String prefix) {
      requireUp(prefix);
      return prefix.equals("t/") ? List.of() : List.of("partition=0");
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
      requests++;
      if (prefix.startsWith(down)) {
        throw new StoreUnreachableException("down", null);
      }
    }

    @Override
    public LandingMetadata metadata(String key) {
      requests++;
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
