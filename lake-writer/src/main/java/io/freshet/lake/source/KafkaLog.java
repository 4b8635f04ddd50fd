package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What Kafka's topics hold, asked for with few requests for all of them. */
public final class KafkaLog implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final KafkaConnection connection;
  private final Admin admin;

  public KafkaLog(KafkaConnection connection) {
    this.connection = connection;
    try {
      this.admin = Admin.create(connection.client());
    } catch (KafkaException refused) {
      throw new LakeException(
          "source: " + connection + " can't be used: " + cause(refused).getMessage(), refused);
    }
  }

  /** Topics that aren't Kafka's own. */
  public List<String> topics() {
    return await(admin.listTopics().names()).stream().sorted().toList();
  }

  /** Partitions of topics; a topic that isn't there is left out. */
  Map<String, Set<Integer>> partitions(Collection<String> topics) {
    Map<String, Set<Integer>> partitions = new TreeMap<>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, future) -> {
              try {
                TopicDescription description = await(future);
                Set<Integer> numbers = new TreeSet<>();
                description.partitions().forEach(partition -> numbers.add(partition.partition()));
                partitions.put(topic, numbers);
              } catch (LakeException unknown) {
                if (!(unknown.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw unknown;
                }
              }
            });
    return partitions;
  }

  /** The first offset that Kafka still has, of each partition. */
  Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED);
  }

  /** The offset behind the last committed record, of each partition. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
  }

  /** The offset behind the last record, of each partition, of open transactions too. */
  Map<TopicPartition, Long> openEnds(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** The positions that a consumer group has committed, of all its partitions in one request. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                committed.put(partition, offset.offset());
              }
            });
    return committed;
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) {
    if (partitions.isEmpty()) {
      return Map.of();
    }
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(partition -> partition, unused -> which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found =
        await(admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all());
    found.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LakeException("interrupted while asking " + connection, interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new LakeException(failed.getCause().getMessage(), failed.getCause());
      }
      throw new StoreUnreachableException(
          connection + " did not answer: " + failed.getCause().getMessage(), failed.getCause());
    } catch (TimeoutException slow) {
      throw new StoreUnreachableException(
          connection + " did not answer within " + PATIENCE_SECONDS + " s", slow);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(5));
  }
}
