package io.freshet.connect.s3;

import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The landing log in S3: where each partition ends, and how one more file is put at its end. */
final class LandingLog {
  static final String EXTENSION = "avro";

  private static final Logger LOG = LoggerFactory.getLogger(LandingLog.class);

  /** What became of a file that was to be landed. */
  sealed interface Outcome permits Landed, Fenced {}

  /** The file is in the log. */
  record Landed() implements Outcome {}

  /**
   * Another writer's file holds the position.
   *
   * @param key that file's key
   * @param winner what it says of itself
   */
  record Fenced(String key, LandingMetadata winner) implements Outcome {}

  private final ObjectStore store;
  private final String topicsDir;

  LandingLog(ObjectStore store, String topicsDir) {
    this.store = store;
    this.topicsDir = topicsDir;
  }

  LandingKey key(TopicPartition partition, long position) {
    return new LandingKey(topicsDir, partition.topic(), partition.partition(), position, EXTENSION);
  }

  /**
   * The position after the partition's last file.
   *
   * @return empty if nothing was landed yet
   * @throws ConnectException if the last file doesn't say where it ends
   */
  Optional<Long> tail(TopicPartition partition) {
    String prefix = LandingKey.prefix(topicsDir, partition.topic(), partition.partition());
    String last = null;
    for (String key : store.list(prefix, prefix)) {
      if (isLanded(key)) {
        last = key;
      }
    }
    if (last == null) {
      return Optional.empty();
    }
    return Optional.of(read(last).next());
  }

  /**
   * Puts the file at its position, if that is free.
   *
   * @throws RetriableException if that can't be known just now; the same file may be tried again
   */
  Outcome land(SealedFile file) {
    String key = file.key().key();
    if (store.putIfAbsent(key, file, file.metadata().toMap())) {
      return new Landed();
    }
    LandingMetadata winner = read(key);
    if (winner.writer().equals(file.metadata().writer())) {
      LOG.info("{} was landed by an earlier attempt whose answer was lost", key);
      return new Landed();
    }
    return new Fenced(key, winner);
  }

  private LandingMetadata read(String key) {
    Map<String, String> pairs =
        store
            .metadata(key)
            .orElseThrow(() -> new RetriableException(key + " vanished while it was looked at"));
    try {
      return LandingMetadata.parse(pairs, key);
    } catch (IllegalArgumentException notOurs) {
      throw new ConnectException(
          notOurs.getMessage() + "; move the object out of the landing log", notOurs);
    }
  }

  /** S3-compatible stores may list their own temporary files, named after the object to be. */
  private boolean isLanded(String key) {
    try {
      return LandingKey.parse(topicsDir, key).extension().equals(EXTENSION);
    } catch (IllegalArgumentException foreign) {
      LOG.debug("passing over {}: {}", key, foreign.getMessage());
      return false;
    }
  }
}
