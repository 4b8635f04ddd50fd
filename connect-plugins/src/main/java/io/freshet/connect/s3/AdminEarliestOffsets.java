package io.freshet.connect.s3;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;

/** Asks the brokers; the client is made at the first question, which most tasks never have. */
final class AdminEarliestOffsets implements EarliestOffsets {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, Object> settings;
  private Admin admin;

  AdminEarliestOffsets(Map<String, Object> settings) {
    this.settings = settings;
  }

  @Override
  public Optional<Long> of(TopicPartition partition) {
    if (admin == null) {
      admin = Admin.create(settings);
    }
    try {
      return Optional.of(
          admin
              .listOffsets(Map.of(partition, OffsetSpec.earliest()))
              .partitionResult(partition)
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .offset());
    } catch (ExecutionException | TimeoutException unanswered) {
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

  @Override
  public void close() {
    if (admin != null) {
      admin.close(TIMEOUT);
    }
  }
}
