package io.freshet.connect.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a task finds the log's end, and what that costs. */
class RecoveryTest extends TaskFixture {
  private static final TopicPartition PARTITION = new TopicPartition("moma.artists", 3);
  private static final int RECORDS_PER_STEP = 10;

  private CountingS3 large;

  @BeforeEach
  void startLarge() throws Exception {
    large = new CountingS3();
  }

  @AfterEach
  void stopLarge() {
    large.close();
  }

  /** The log's kinds, and where they keep their steps. */
  enum Kind {
    FILES {
      @Override
      LandingLog log(ObjectStore store) {
        return new FileLog(store, "topics", "avro");
      }

      @Override
      String key(long position) {
        return new LandingKey("topics", PARTITION.topic(), PARTITION.partition(), position, "avro")
            .key();
      }
    },
    COMMITS {
      @Override
      LandingLog log(ObjectStore store) {
        return new CommitLog(store, "topics", "avro");
      }

      @Override
      String key(long position) {
        return LandingCommit.key("topics", PARTITION.topic(), PARTITION.partition(), position);
      }
    };

    abstract LandingLog log(ObjectStore store);

    abstract String key(long position);
  }

  private void landed(Kind kind, int steps) {
    for (int i = 0; i < steps; i++) {
      long next = (i + 1L) * RECORDS_PER_STEP;
      large.put(
          kind.key((long) i * RECORDS_PER_STEP),
          new LandingMetadata(next, RECORDS_PER_STEP, 7, new UUID(1, i), 0, 0).toMap());
    }
  }

  private Optional<LandingLog.Tail> tail(Kind kind, Optional<String> hint) {
    try (ObjectStore store = large.store()) {
      return kind.log(store).tail(PARTITION, hint);
    }
  }

  @ParameterizedTest
  @CsvSource({"FILES,1", "FILES,100000", "COMMITS,1", "COMMITS,100000"})
  void aHintMakesItTwoRequestsHoweverLongTheLogIs(Kind kind, int steps) {
    landed(kind, steps);
    String last = kind.key((steps - 1L) * RECORDS_PER_STEP);
    assertThat(tail(kind, Optional.of(last)))
        .contains(new LandingLog.Tail(last, (long) steps * RECORDS_PER_STEP));
    assertThat(large.requests()).containsExactly("LIST", "HEAD");
  }

  @ParameterizedTest
  @CsvSource({"FILES,1,1", "FILES,2500,3", "COMMITS,2500,3", "FILES,100000,100"})
  void withoutAHintTheLogIsListedOnce(Kind kind, int steps, int lists) {
    landed(kind, steps);
    assertThat(tail(kind, Optional.empty()).orElseThrow().next())
        .isEqualTo((long) steps * RECORDS_PER_STEP);
    assertThat(Collections.frequency(large.requests(), "LIST")).isEqualTo(lists);
    assertThat(Collections.frequency(large.requests(), "HEAD")).isEqualTo(1);
  }

  /** Whatever the group's offset says, the log's end is what S3 says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "topics/moma.artists/partition=3/moma.artists+3+00000000000000000000.avro",
        "topics/moma.artists/partition=3/moma.artists+3+00000000000000000017.avro",
        "topics/moma.artists/partition=3/moma.artists+3+00000000000000024990.avro",
        "topics/moma.artists/partition=3/moma.artists+3+00000000000000025000.avro",
        "topics/moma.artists/partition=3/moma.artists+3+09223372036854775807.avro",
        "topics/moma.artists/partition=3/moma.artists+3+99999999999999999999.avro",
        "topics/moma.artists/partition=3/zzz",
        "topics/moma.artists/partition=4/moma.artists+4+00000000000000000010.avro",
        "topics/zzz/partition=3/zzz+3+00000000000000000010.avro",
        "former/moma.artists/partition=3/moma.artists+3+00000000000000024990.avro",
        "topics/moma.artists/_commits/3/00000000000000024990.json"
      })
  void anyHintLeadsToTheSameEnd(String hint) {
    for (Kind kind : Kind.values()) {
      landed(kind, 2_500);
      assertThat(tail(kind, Optional.of(hint)))
          .contains(new LandingLog.Tail(kind.key(24_990), 25_000));
      assertThat(tail(kind, Optional.of(hint.replace("+3", "+03")))).isPresent();
    }
  }

  @Test
  void whatIsCommittedIsTheHintOfTheNextOwner() {
    for (String several : List.of("true", "false")) {
      newTopic();
      String[] properties = {"flush.size", "4", "rotate.on.schema.change", several};
      TestWorker first = worker(properties);
      first.assign(0, topic.rows(0, 10));
      first.poll(100);
      OffsetAndMetadata sent = first.preCommit().get(topic.partition());
      assertThat(sent.offset()).isEqualTo(8);
      assertThat(s3.keys("topics/" + topic.partition().topic())).contains(sent.metadata());
      assertThat(sent.metadata()).contains("00000000000000000004.");

      AtomicInteger asked = new AtomicInteger();
      committed =
          partitions -> {
            asked.incrementAndGet();
            assertThat(partitions).containsExactly(topic.partition());
            return Map.of(topic.partition(), sent.metadata());
          };
      TestWorker second = worker(properties);
      AtomicInteger reads = new AtomicInteger();
      store.beforeRead(reads::incrementAndGet);
      second.assign(8, topic);
      assertThat(asked).as("requests to Kafka").hasValue(1);
      assertThat(reads).as("requests to S3").hasValue(2);
      assertThat(second.position(topic)).isEqualTo(8);
      assertThat(second.preCommit().get(topic.partition())).isEqualTo(sent);
      committed = CommittedOffsets.UNKNOWN;
    }
  }

  @Test
  void aFencedOwnersHintIsTheWinnersStep() {
    TestWorker zombie = worker("flush.size", "8");
    zombie.assign(0, topic.rows(0, 6));
    zombie.poll(100);
    TestWorker owner = worker("flush.size", "5");
    owner.assign(0, topic);
    owner.poll(100);
    topic.rows(6, 20);
    zombie.poll(100);
    assertThat(zombie.preCommit()).isEqualTo(owner.preCommit()).isNotEmpty();
  }

  @Test
  void oneQuestionIsForAllPartitions() {
    AtomicInteger asked = new AtomicInteger();
    committed =
        new CommittedOffsets() {
          @Override
          public Map<TopicPartition, String> metadata(Collection<TopicPartition> partitions) {
            assertThat(partitions).hasSize(2);
            asked.incrementAndGet();
            return Map.of();
          }
        };
    worker().assign(0, topic, new TestTopic(topic.partition().topic(), 1));
    assertThat(asked).hasValue(1);
  }

  @Test
  void theGroupIsTheOneThatTheWorkerMakes() {
    assertThat(CommittedOffsets.group(Map.of("name", "sink"))).contains("connect-sink");
    assertThat(CommittedOffsets.group(Map.of("name", "sink", "consumer.override.group.id", "g")))
        .contains("g");
    assertThat(CommittedOffsets.group(Map.of())).isEmpty();
  }
}
