package io.freshet.lake.source;

import io.freshet.lake.LakeException;
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
 * What Kafka has of some topics, as a stream of ranges. All topics' ends are asked for in one
 * request, so that topics without new records cost nothing each.
 */
final class KafkaStream implements MicroBatchStream, SupportsTriggerAvailableNow {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaStream.class);

  /** Ranges of one partition in one batch: bounds the driver's memory in a long backlog. */
  private static final int RANGES_PER_PARTITION = 100;

  /** New topics and partitions are looked for at every this many polls. */
  private static final int POLLS_PER_DISCOVERY = 20;

  private final KafkaLog log;
  private final LandingOffset initial;
  private final List<TopicPattern> patterns;
  private final Map<String, Set<Integer>> partitions = new TreeMap<>();
  private int polls;
  private LandingOffset target;
  private String unreachable = "";

  /**
   * @param initial the topics that are read from the start, and where from
   * @param patterns topics that are read from their beginning when they appear
   */
  KafkaStream(KafkaLog log, LandingOffset initial, List<TopicPattern> patterns) {
    this.log = log;
    this.initial = initial;
    this.patterns = List.copyOf(patterns);
  }

  @Override
  public Offset initialOffset() {
    return withBeginnings(initial);
  }

  @Override
  public Offset deserializeOffset(String json) {
    return LandingOffset.fromJson(json);
  }

  @Override
  public ReadLimit getDefaultReadLimit() {
    return ReadLimit.allAvailable();
  }

  @Override
  public void prepareForTriggerAvailableNow() {
    target = advance(withBeginnings(initial), Long.MAX_VALUE);
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
      LandingOffset reached =
          advance(withBeginnings((LandingOffset) start), KafkaRange.MOST * RANGES_PER_PARTITION);
      unreachable = "";
      return reached;
    } catch (StoreUnreachableException passing) {
      // A job that goes on outlives Kafka's outage; each trigger asks again.
      if (!passing.getMessage().equals(unreachable)) {
        unreachable = passing.getMessage();
        LOG.warn("{}; trying again", unreachable);
      }
      return start;
    }
  }

  private void discover(LandingOffset start) {
    Set<String> topics = new TreeSet<>(start.topics().keySet());
    if (!patterns.isEmpty()) {
      log.topics().stream()
          .filter(topic -> patterns.stream().anyMatch(pattern -> pattern.matches(topic)))
          .forEach(topics::add);
    }
    partitions.putAll(log.partitions(topics));
  }

  /** The same with the beginning of every partition that has no position yet. */
  private LandingOffset withBeginnings(LandingOffset start) {
    if (polls++ % POLLS_PER_DISCOVERY == 0) {
      discover(start);
    }
    List<TopicPartition> unknown = new ArrayList<>();
    partitions.forEach(
        (topic, numbers) ->
            numbers.stream()
                .filter(number -> start.of(topic).of(number).isEmpty())
                .forEach(number -> unknown.add(new TopicPartition(topic, number))));
    Map<String, TopicPosition> positions = new TreeMap<>(start.topics());
    log.beginnings(unknown)
        .forEach(
            (partition, offset) ->
                positions.merge(
                    partition.topic(),
                    TopicPosition.START.with(partition.partition(), offset),
                    (have, more) -> have.with(partition.partition(), offset)));
    return new LandingOffset(positions);
  }

  private LandingOffset advance(LandingOffset start, long most) {
    List<TopicPartition> asked = new ArrayList<>();
    partitions.forEach(
        (topic, numbers) ->
            numbers.forEach(number -> asked.add(new TopicPartition(topic, number))));
    Map<String, TopicPosition> reached = new TreeMap<>(start.topics());
    log.ends(asked)
        .forEach(
            (partition, end) -> {
              TopicPosition position = reached.get(partition.topic());
              long from = position.of(partition.partition()).orElse(end);
              if (end < from) {
                throw new LakeException(
                    "topic %s, partition %d ends at offset %d, but the lake has read up to %d: the topic was recreated; drop the tables of this topic, or rebuild them"
                        .formatted(partition.topic(), partition.partition(), end, from));
              }
              reached.put(
                  partition.topic(),
                  position.with(partition.partition(), Math.min(end, from + most)));
            });
    return new LandingOffset(reached);
  }

  @Override
  public InputPartition[] planInputPartitions(Offset start, Offset end) {
    LandingOffset from = (LandingOffset) start;
    List<Segment> ranges = new ArrayList<>();
    ((LandingOffset) end)
        .topics()
        .forEach(
            (topic, position) ->
                position
                    .next()
                    .forEach(
                        (partition, until) ->
                            ranges.addAll(
                                ranges(topic, partition, from.of(topic).of(partition), until))));
    return new InputPartition[] {new SegmentsPartition(List.copyOf(ranges))};
  }

  private List<Segment> ranges(String topic, int partition, OptionalLong known, long until) {
    long from =
        known.orElseGet(
            () -> {
              TopicPartition asked = new TopicPartition(topic, partition);
              return new HashMap<>(log.beginnings(List.of(asked))).getOrDefault(asked, until);
            });
    List<Segment> ranges = new ArrayList<>();
    for (long at = from; at < until; at += KafkaRange.MOST) {
      ranges.add(new KafkaRange(topic, partition, at, Math.min(until, at + KafkaRange.MOST)));
    }
    return ranges;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SegmentsPartition.ReaderFactory();
  }

  @Override
  public void commit(Offset end) {
    // Kafka is asked for nothing but ends; the tables' own commits say what was read.
  }

  @Override
  public void stop() {
    log.close();
  }
}
