package io.freshet.connect.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * A life of a topic under tasks that crash, lose their partitions without knowing it, wake up
 * again, and meet a store that fails in every way. Whatever a seed makes of it, in the end each
 * record is landed once. The same seed makes the same of it again.
 */
final class ChaosRun {
  private static final int TASKS = 2;

  /** Folders that the records are spread over; none: one for the partition. */
  private static final List<Map<String, String>> FOLDERS =
      List.of(
          Map.of(),
          Map.of(),
          Map.of("partitioner.class", "field", "partition.field.name", "room"),
          Map.of(
              "partitioner.class",
              "hourly",
              "timestamp.extractor",
              "RecordField",
              "timestamp.field",
              "at"),
          Map.of("partitioner.class", "daily", "timestamp.extractor", "Wallclock"));

  private final long seed;
  private final Random random;
  private final TestBucket bucket;
  private final UnreliableStore store;
  private final Map<String, String> layout;
  private final boolean commits;
  private final ChaosTopics topics;
  private final ManualClock clock = new ManualClock();
  private final Map<TopicPartition, OffsetAndMetadata> group = new HashMap<>();
  private final Map<TestTopic, TestWorker> owners = new LinkedHashMap<>();
  private final List<TestWorker> zombies = new ArrayList<>();
  private final Map<TestWorker, Integer> names = new HashMap<>();
  private final List<String> trace = new ArrayList<>();

  /**
   * @param store the bucket, to be written to
   * @param bucket the same one, to be read from
   * @param properties what a configuration needs beside its layout and rotation
   * @param messages Avro messages as bytes, instead of Connect data
   */
  ChaosRun(
      long seed,
      ObjectStore store,
      TestBucket bucket,
      Map<String, String> properties,
      boolean messages) {
    this.seed = seed;
    this.random = new Random(seed);
    this.bucket = bucket;
    this.store = new UnreliableStore(store, random);
    this.layout = new HashMap<>(properties);
    Map<String, String> folders = messages ? Map.of() : FOLDERS.get(random.nextInt(FOLDERS.size()));
    layout.putAll(folders);
    boolean flapping = random.nextInt(3) == 0;
    layout.put("rotate.on.schema.change", Boolean.toString(!flapping));
    this.commits = flapping || !folders.isEmpty();
    boolean json = !messages && random.nextInt(3) > 0;
    layout.put("format.class", json ? "json" : "avro");
    boolean large = random.nextInt(100) == 0;
    if (large) {
      layout.put("buffer.memory.bytes", Integer.toString(1024 * 1024));
    }
    this.topics = new ChaosTopics(random, "chaos." + seed, 1 + random.nextInt(4), messages, large);
  }

  /** What it did, for whom it failed. */
  private AssertionError failed(Throwable cause) {
    return new AssertionError(
        "run %d failed: %s%n%s%n%s"
            .formatted(seed, cause.getMessage(), layout, String.join("\n", trace)),
        cause);
  }

  void run() {
    try {
      restart(topics.all(), "start");
      for (int step = 30 + random.nextInt(50); step > 0; step--) {
        act();
      }
      end();
      for (int i = 0; i < topics.all().size(); i++) {
        topics.check(i, ChainReader.offsets(bucket, topics.all().get(i).partition(), commits));
      }
      owners.values().stream().distinct().forEach(this::stop);
    } catch (RuntimeException | AssertionError failure) {
      throw failed(failure);
    } finally {
      names.keySet().forEach(worker -> worker.task().stop());
    }
  }

  private void act() {
    TestTopic topic = any(topics.all());
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4 -> topics.produce();
      case 5, 6, 7, 8, 9, 10 -> poll(owners.get(topic));
      case 11, 12 -> {
        if (!zombies.isEmpty()) {
          poll(any(zombies));
        }
      }
      case 13, 14 -> clock.advance(Duration.ofMillis(random.nextInt(4_000) - 500));
      case 15 -> commit(owners.get(topic));
      case 16 -> revoke(topic);
      case 17 -> steal(topic);
      case 18 -> crash(owners.get(topic), "crash");
      case 19 -> {
        if (!zombies.isEmpty()) {
          wakeUp(any(zombies));
        }
      }
      case 20 -> store.faults(random.nextInt(3) == 0 ? 0.4 : random.nextInt(2) * 0.1);
      case 21 -> store.arrive(false);
      case 22 -> tamper(topic);
      default -> {
        if (random.nextInt(4) == 0) {
          compact(topic);
        } else {
          note("rewind", owners.get(topic), "");
          owners.get(topic).rewindToCommitted();
        }
      }
    }
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private void poll(TestWorker worker) {
    try {
      boolean taken = worker.poll(random.nextInt(7));
      note("poll", worker, Boolean.toString(taken));
    } catch (ConnectException fatal) {
      crash(worker, "poll: " + fatal.getMessage());
    }
  }

  /** What Connect's worker commits: nothing above what the consumer has delivered. */
  private void commit(TestWorker worker) {
    Map<TopicPartition, OffsetAndMetadata> offsets = worker.preCommit();
    note("commit", worker, offsets.toString());
    for (TestTopic topic : topics.all()) {
      OffsetAndMetadata offset = offsets.get(topic.partition());
      if (offset != null && offset.offset() <= worker.position(topic)) {
        group.put(topic.partition(), offset);
        worker.committed(topic.partition(), offset.offset());
      }
    }
  }

  private long committed(TestTopic topic) {
    OffsetAndMetadata offset = group.get(topic.partition());
    return offset == null ? 0 : offset.offset();
  }

  private boolean isBegun(TestTopic topic) {
    return !bucket.keys(ChainReader.prefix(topic.partition(), commits)).isEmpty();
  }

  /** Kafka deletes a record, whether or not it is landed. */
  private void compact(TestTopic topic) {
    // Of a log that isn't begun, two owners must have the same first record.
    if (isBegun(topic)) {
      trace.add("compact " + topic.partition() + " " + topics.compact(topic));
    }
  }

  /** Somebody else's hand on the group's offsets: lost, behind, ahead, with another text. */
  private void tamper(TestTopic topic) {
    List<String> keys = bucket.keys("topics/" + topic.partition().topic());
    if (random.nextInt(3) == 0 || keys.isEmpty()) {
      group.remove(topic.partition());
    } else if (isBegun(topic)) {
      group.put(topic.partition(), new OffsetAndMetadata(random.nextInt(100), any(keys)));
    }
    trace.add("tamper " + topic.partition() + " " + group.get(topic.partition()));
  }

  /** An orderly move to another task. */
  private void revoke(TestTopic topic) {
    TestWorker former = owners.get(topic);
    commit(former);
    note("revoke", former, topic.partition().toString());
    former.revoke(topic);
    restart(List.of(topic), "move");
  }

  /** A move that the former owner doesn't hear of. */
  private void steal(TestTopic topic) {
    TestWorker zombie = owners.get(topic);
    note("steal", zombie, topic.partition().toString());
    zombies.add(zombie);
    restart(topics.all().stream().filter(t -> owners.get(t) == zombie).toList(), "stolen");
  }

  /** It hears of it in the end, and gives up what it has as if it were its own. */
  private void wakeUp(TestWorker zombie) {
    note("wake up", zombie, "");
    zombies.remove(zombie);
    if (random.nextBoolean()) {
      zombie.revoke(
          topics.all().stream()
              .filter(topic -> zombie.assigned().contains(topic.partition()))
              .toArray(TestTopic[]::new));
    }
    stop(zombie);
  }

  private void crash(TestWorker worker, String why) {
    note("crash", worker, why);
    stop(worker);
    zombies.remove(worker);
    restart(topics.all().stream().filter(topic -> owners.get(topic) == worker).toList(), why);
  }

  private void stop(TestWorker worker) {
    worker.task().stop();
    BufferPool buffers = worker.services().buffers();
    long kept = buffers.usedBytes() + buffers.spooledBytes();
    if (kept != 0) {
      throw new AssertionError(name(worker) + " still holds " + kept + " bytes of buffers");
    }
  }

  /** Gives partitions to one of the tasks, or to a new one; one whose start fails is replaced. */
  private void restart(List<TestTopic> moved, String why) {
    Map<TestTopic, Long> assignment = new LinkedHashMap<>();
    moved.forEach(topic -> assignment.put(topic, committed(topic)));
    moved.forEach(owners::remove);
    while (!moved.isEmpty() && !owners.keySet().containsAll(moved)) {
      List<TestWorker> live = owners.values().stream().distinct().toList();
      TestWorker worker =
          live.size() >= TASKS || !live.isEmpty() && random.nextBoolean()
              ? any(live)
              : start(rotation());
      note("assign", worker, why + " " + assignment);
      try {
        worker.assign(assignment);
        moved.forEach(topic -> owners.put(topic, worker));
      } catch (ConnectException fatal) {
        // The task dies with all that it has.
        note("died", worker, fatal.getMessage());
        stop(worker);
        owners.forEach(
            (topic, owner) -> {
              if (owner == worker) {
                assignment.put(topic, committed(topic));
              }
            });
        owners.values().removeIf(owner -> owner == worker);
        restart(List.copyOf(assignment.keySet()), "after a failed start");
        return;
      }
    }
  }

  private Map<String, String> rotation() {
    Map<String, String> rotation = new HashMap<>();
    rotation.put("flush.size", any(List.of("-1", "1", "2", "3", "5", "8")));
    rotation.put("rotate.interval.ms", any(List.of("1000", "5000")));
    rotation.put("rotate.idle.ms", any(List.of("-1", "-1", "300")));
    rotation.put("rotate.schedule.interval.ms", any(List.of("-1", "-1", "2000")));
    rotation.put("rotate.on.close", any(List.of("true", "true", "false")));
    rotation.put("max.open.files.per.partition", any(List.of("1", "2", "1000")));
    return rotation;
  }

  private TestWorker start(Map<String, String> rotation) {
    Map<String, String> properties = new HashMap<>(layout);
    properties.putAll(rotation);
    S3SinkConfig config = S3SinkConfig.parse(properties);
    TestWorker worker = new TestWorker(properties, null);
    CommittedOffsets committed =
        partitions -> {
          Map<TopicPartition, String> hints = new HashMap<>();
          group.forEach((partition, offset) -> hints.put(partition, offset.metadata()));
          return hints;
        };
    worker.start(
        config, SinkServices.of(config, worker, clock, store, EarliestOffsets.UNKNOWN, committed));
    trace.add("new " + name(worker) + " " + rotation);
    return worker;
  }

  /** Peace: zombies go, one task is left, and everything that is buffered gets old. */
  private void end() {
    store.faults(0);
    trace.add("end");
    while (!zombies.isEmpty()) {
      TestWorker zombie = any(zombies);
      poll(zombie);
      store.arrive(false);
      if (zombies.contains(zombie)) {
        wakeUp(zombie);
      }
    }
    store.arrive(true);
    for (TestTopic topic : topics.all()) {
      TestWorker former = owners.get(topic);
      note("revoke", former, topic.partition().toString());
      former.revoke(topic);
    }
    owners.values().stream().distinct().forEach(this::stop);
    owners.clear();
    restart(topics.all(), "last");
    TestWorker last = owners.get(topics.all().get(0));
    for (int turn = 0; turn < 100 && (turn < 2 || !topics.isConsumed(last)); turn++) {
      poll(last);
    }
    clock.advance(Duration.ofHours(1));
    last.poll(0);
    last.poll(0);
  }

  private void note(String what, TestWorker worker, String details) {
    trace.add(what + " " + name(worker) + " " + details);
  }

  private String name(TestWorker worker) {
    return "task" + names.computeIfAbsent(worker, added -> names.size());
  }
}
