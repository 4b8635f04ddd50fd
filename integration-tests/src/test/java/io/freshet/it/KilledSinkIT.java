package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of the Connect worker, again and again, while changes stream through it: in the
 * end each record of the topic is landed once. Too long for every build: {@code -Dfreshet.kills=20}
 * says how often.
 */
class KilledSinkIT {
  private static final int KILLS = Integer.getInteger("freshet.kills", 0);
  private static final int PARTITIONS = 4;
  private static final int PER_TRANSACTION = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String TOPIC = "stream.public.stream";

  private final Pipeline pipeline = EmbeddedPipeline.shared();
  private final Connectors connectors = new Connectors(pipeline);
  private final AtomicInteger inserted = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();

  @Test
  void eachRecordIsLandedOnce() throws Exception {
    assumeThat(KILLS).as("kills").isPositive();
    pipeline.execute("create table stream (id int primary key, note text)");
    connectors.run("apply", source(), sink());
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Random random = new Random(9);
    List<Long> restarts = new ArrayList<>();
    try (LandedTopic landed = new LandedTopic(pipeline, "topics")) {
      Future<?> changes = writer.submit(this::insert);
      for (int kill = 0; kill < KILLS; kill++) {
        awaitProgress(landed);
        // Anywhere between two rotations, in an upload, in a commit of offsets.
        awaitRows(inserted.get() + random.nextInt(3_000));
        pipeline.killConnect();
        long begun = System.nanoTime();
        pipeline.restartConnect();
        restarts.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
      }
      enough.set(true);
      changes.get();
      Map<Integer, List<Long>> sent = awaitAllSent();
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> sent.keySet().stream().allMatch(p -> isLanded(landed, p, sent.get(p))));
      check(landed, sent);
      System.out.printf(
          "%d kills, %d rows landed once each; restarts took %s ms%n",
          KILLS, inserted.get(), restarts);
    } finally {
      enough.set(true);
      writer.shutdownNow();
    }
    connectors.run("delete", "stream-source", "stream-sink");
  }

  private Path source() throws Exception {
    Map<String, String> changes = new HashMap<>(Connectors.FLATTENED);
    changes.put("topic.prefix", "stream");
    changes.put("table.include.list", "public.stream");
    changes.put("slot.name", "stream");
    changes.put("publication.name", "stream");
    changes.put("topic.creation.default.partitions", Integer.toString(PARTITIONS));
    return connectors.variant("moma-postgres-source", "stream-source", changes);
  }

  private Path sink() throws Exception {
    return connectors.variant(
        "moma-s3-sink",
        "stream-sink",
        Map.of("topics.regex", "stream\\.public\\.(.*)", "flush.size", "500"));
  }

  private Void insert() throws SQLException {
    try (Connection connection = pipeline.database();
        PreparedStatement insert =
            connection.prepareStatement("insert into stream values (?, ?)")) {
      connection.setAutoCommit(false);
      while (!enough.get()) {
        for (int i = 0; i < PER_TRANSACTION; i++) {
          int id = inserted.get() + i;
          insert.setInt(1, id);
          insert.setString(2, "row " + id);
          insert.addBatch();
        }
        insert.executeBatch();
        connection.createStatement().execute("select pg_sleep(0.1)");
        connection.commit();
        inserted.addAndGet(PER_TRANSACTION);
      }
    }
    return null;
  }

  private void awaitRows(int count) {
    Awaitility.await().atMost(PATIENCE).until(() -> inserted.get() >= count);
  }

  /** A worker that is killed before it landed anything proves less. */
  private void awaitProgress(LandedTopic landed) {
    long before = end(landed);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> end(landed) > before);
  }

  private static long end(LandedTopic landed) {
    long sum = 0;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      sum += landed.next(TOPIC, partition);
    }
    return sum;
  }

  /** All that was inserted is in Kafka, each row once. */
  private Map<Integer, List<Long>> awaitAllSent() {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> SentTopic.offsets(pipeline, TOPIC),
            sent -> sent.values().stream().mapToInt(List::size).sum() >= inserted.get());
  }

  private static boolean isLanded(LandedTopic landed, int partition, List<Long> sent) {
    return sent.isEmpty() || landed.next(TOPIC, partition) > sent.get(sent.size() - 1);
  }

  private void check(LandedTopic landed, Map<Integer, List<Long>> sent) throws Exception {
    Set<Integer> ids = new HashSet<>();
    int rows = 0;
    for (int partition : sent.keySet()) {
      List<GenericRecord> stream = landed.rows(TOPIC, partition);
      assertThat(stream)
          .extracting(LandedTopic::offset)
          .as("offsets of partition " + partition)
          .isEqualTo(sent.get(partition));
      stream.forEach(row -> ids.add((Integer) row.get("id")));
      rows += stream.size();
    }
    assertThat(rows).as("rows landed").isEqualTo(inserted.get());
    assertThat(ids).as("different ids").hasSize(inserted.get());
  }
}
