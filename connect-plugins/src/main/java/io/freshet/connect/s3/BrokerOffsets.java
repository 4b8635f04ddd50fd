package io.freshet.connect.s3;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers; the client is made at the first question. */
final class BrokerOffsets implements EarliestOffsets, CommittedOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerOffsets.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, Object> settings;
  private final Optional<String> group;
  private Admin admin;

  /**
   * @param settings the client's settings
   * @param group the connector's consumer group; absent: nobody's commits are asked for
   */
  BrokerOffsets(Map<String, Object> settings, Optional<String> group) {
    this.settings = settings;
    this.group = group;
  }

  @Override
  public Optional<Long> of(TopicPartition partition) {
    try {
      return Optional.of(
          answer(
                  admin()
                      .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                      .partitionResult(partition))
              .offset());
    } catch (ExecutionException | TimeoutException | KafkaException unanswered) {
      throw new RetriableException(
          "the brokers at "
              + settings.get("bootstrap.servers")
              + " did not say where "
              + partition
              + " begins; check "
              + ErrorOptions.KAFKA_BOOTSTRAP,
          unanswered);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RetriableException(
          "interrupted while asking where " + partition + " begins", stopped);
    }
  }

  /**
   * Without an answer there is nothing: the log's end is found all the same, with more requests.
   */
  @Override
  public Map<TopicPartition, String> metadata(Collection<TopicPartition> partitions) {
    if (group.isEmpty() || partitions.isEmpty()) {
      return Map.of();
    }
    String id = group.get();
    Map<TopicPartition, String> found = new HashMap<>();
    try {
      ListConsumerGroupOffsetsSpec spec =
          new ListConsumerGroupOffsetsSpec().topicPartitions(List.copyOf(partitions));
      Map<TopicPartition, OffsetAndMetadata> committed =
          answer(
              admin().listConsumerGroupOffsets(Map.of(id, spec)).partitionsToOffsetAndMetadata(id));
      committed.forEach(
          (partition, offset) -> {
            if (offset != null && !offset.metadata().isEmpty()) {
              found.put(partition, offset.metadata());
            }
          });
    } catch (ExecutionException | TimeoutException | KafkaException unanswered) {
      LOG.warn(
          "the brokers did not say what was committed, so the whole landing log is listed:"
              + " group={} brokers={} reason={}",
          id,
          settings.get("bootstrap.servers"),
          String.valueOf(unanswered.getCause() == null ? unanswered : unanswered.getCause()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      LOG.debug("interrupted while asking what was committed", stopped);
    }
    return found;
  }

  private Admin admin() {
    if (admin == null) {
      admin = Admin.create(settings);
    }
    return admin;
  }

  private static <T> T answer(KafkaFuture<T> question)
      throws ExecutionException, InterruptedException, TimeoutException {
    return question.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(TIMEOUT);
    }
  }
}
