package io.freshet.lake.source;

import io.freshet.lake.config.TopicPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces landed files. Each is listed and described once; what has been announced but not yet
 * committed is kept, so that planning a batch asks the store nothing.
 */
final class LandingStream implements MicroBatchStream, SupportsTriggerAvailableNow {
  private static final Logger LOG = LoggerFactory.getLogger(LandingStream.class);

  /** Files of one partition in one batch: bounds the driver's memory in a long backlog. */
  private static final int FILES_PER_PARTITION = 2_000;

  /**
   * New topics, and new Kafka partitions of known ones, are looked for at every this many polls.
   */
  private static final int POLLS_PER_DISCOVERY = 20;

  private final LandingLog log;
  private final LandingChains chains;
  private final LandingOffset initial;
  private final List<TopicPattern> patterns;
  private final LandingHints hints;
  private final Map<String, List<Integer>> partitions = new HashMap<>();
  private final List<LandedFile> announced = new ArrayList<>();
  private int polls;
  private LandingOffset target;
  private String unreachable = "";

  /**
   * @param initial the topics that are read from the start, and where from
   * @param patterns topics that are read from their beginning when they appear
   */
  LandingStream(LandingLog log, LandingOffset initial, List<TopicPattern> patterns) {
    this(log, initial, patterns, LandingHints.NONE);
  }

  /**
   * @param hints what is worth a LIST
   */
  LandingStream(
      LandingLog log, LandingOffset initial, List<TopicPattern> patterns, LandingHints hints) {
    this.hints = hints;
    this.log = log;
    this.chains = new LandingChains(log);
    this.initial = initial;
    this.patterns = List.copyOf(patterns);
  }

  @Override
  public Offset initialOffset() {
    return initial;
  }

  @Override
  public Offset deserializeOffset(String json) {
    return LandingOffset.fromJson(json);
  }

  @Override
  public ReadLimit getDefaultReadLimit() {
    return ReadLimit.allAvailable();
  }

  /** Fixes the end of a run that takes what is there now and stops. */
  @Override
  public void prepareForTriggerAvailableNow() {
    LandingOffset reached = initial;
    LandingOffset before;
    do {
      before = reached;
      reached = advance(before);
    } while (!reached.equals(before));
    target = reached;
  }

  @Override
  public Offset latestOffset() {
    throw new IllegalStateException("Spark asks with a start, this source has admission control");
  }

  @Override
  public Offset latestOffset(Offset start, ReadLimit limit) {
    if (target != null) {
      return target;
    }
    try {
      LandingOffset reached = advance((LandingOffset) start);
      unreachable = "";
      return reached;
    } catch (StoreUnreachableException passing) {
      // A job that goes on outlives its store's outage; each trigger asks again.
      if (!passing.getMessage().equals(unreachable)) {
        unreachable = passing.getMessage();
        LOG.warn("{}; trying again", unreachable);
      }
      return start;
    }
  }

  private LandingOffset advance(LandingOffset start) {
    hints.ask();
    boolean discover = discovers();
    Map<String, TopicPosition> reached = new TreeMap<>(start.topics());
    List<LandedFile> found = new ArrayList<>();
    List<TopicPartition> listed = new ArrayList<>();
    for (String topic : topics(start, discover)) {
      List<Integer> known = partitions.getOrDefault(topic, List.of());
      if (discover || hints.namesOthers(topic, known) || known.isEmpty() && !hints.knows(topic)) {
        partitions.put(topic, log.partitions(topic));
      }
      TopicPosition position = start.of(topic);
      for (int partition : partitions.getOrDefault(topic, List.of())) {
        if (!hints.mayHaveNew(topic, partition)) {
          continue;
        }
        List<LandedFile> fresh =
            chains.files(topic, partition, position.of(partition), FILES_PER_PARTITION);
        if (!fresh.isEmpty()) {
          found.addAll(fresh);
          position = position.with(partition, fresh.get(fresh.size() - 1).next());
        }
        if (fresh.isEmpty()
            || fresh.size() < FILES_PER_PARTITION
                && hints.isReached(topic, partition, position.of(partition))) {
          listed.add(new TopicPartition(topic, partition));
        }
      }
      reached.put(topic, position);
    }
    announced.addAll(found); // All or, where a topic could not be listed, none.
    hints.listed(listed);
    return new LandingOffset(reached);
  }

  /** Without hints new topics and partitions are looked for now and then, with them at a sweep. */
  private boolean discovers() {
    return hints == LandingHints.NONE ? polls++ % POLLS_PER_DISCOVERY == 0 : hints.isSweep();
  }

  private Set<String> topics(LandingOffset start, boolean discover) {
    Set<String> topics = new TreeSet<>(start.topics().keySet());
    if (!patterns.isEmpty()) {
      Set<String> others = new TreeSet<>(hints.topics());
      if (discover) {
        others.addAll(log.topics());
      }
      others.stream()
          .filter(topic -> patterns.stream().anyMatch(pattern -> pattern.matches(topic)))
          .forEach(topics::add);
    }
    return topics;
  }

  @Override
  public InputPartition[] planInputPartitions(Offset start, Offset end) {
    LandingOffset from = (LandingOffset) start;
    LandingOffset to = (LandingOffset) end;
    List<LandedFile> batch =
        announced.stream()
            .filter(file -> !from.of(file.topic()).covers(file))
            .filter(file -> to.of(file.topic()).covers(file))
            .toList();
    requireWhole(from, to, batch);
    return new InputPartition[] {new SegmentsPartition(List.copyOf(batch))};
  }

  /** The stream never outlives its process, so an unknown range means a foreign checkpoint. */
  private static void requireWhole(LandingOffset from, LandingOffset to, List<LandedFile> batch) {
    Map<String, TopicPosition> reached = new HashMap<>();
    for (LandedFile file : batch) {
      TopicPosition position = reached.getOrDefault(file.topic(), from.of(file.topic()));
      OptionalLong expected = position.of(file.partition());
      if (expected.isEmpty() || expected.getAsLong() >= file.position()) {
        reached.put(file.topic(), position.with(file.partition(), file.next()));
      }
    }
    to.topics()
        .forEach(
            (topic, position) -> {
              if (!reached.getOrDefault(topic, from.of(topic)).equals(position)) {
                throw new IllegalStateException(
                    "batch of topic %s ends at %s, but the files announced reach %s"
                        .formatted(topic, position.toJson(), reached.get(topic)));
              }
            });
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SegmentsPartition.ReaderFactory();
  }

  @Override
  public void commit(Offset end) {
    LandingOffset done = (LandingOffset) end;
    announced.removeIf(file -> done.of(file.topic()).covers(file));
  }

  @Override
  public void stop() {
    hints.close();
    log.close();
  }
}
