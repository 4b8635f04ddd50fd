package io.freshet.connect.s3;

import io.freshet.schemas.LandingMetadata;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The landing log in S3: where each partition ends, and how one more step is put at its end. A step
 * is an object at a key that holds the position it starts at: of two writers of one partition, one
 * gets the key.
 */
abstract sealed class LandingLog permits FileLog, CommitLog {
  private static final Logger LOG = LoggerFactory.getLogger(LandingLog.class);

  /** What became of files that were to be landed. */
  sealed interface Outcome permits Landed, Fenced {}

  /** The files are in the log. */
  record Landed() implements Outcome {}

  /**
   * Another writer's step holds the position.
   *
   * @param key that step's key
   * @param winner what it says of itself
   */
  record Fenced(String key, LandingMetadata winner) implements Outcome {}

  protected final ObjectStore store;
  protected final String topicsDir;

  LandingLog(ObjectStore store, String topicsDir) {
    this.store = store;
    this.topicsDir = topicsDir;
  }

  /** What the keys of a partition's steps, and no others, begin with. */
  abstract String prefix(TopicPartition partition);

  /** Whether an object under a partition's prefix is a step of it. */
  abstract boolean isStep(String key);

  /** Whether a step was landed as this log lands them; two kinds would not fence each other. */
  boolean isOfThisKind(String key) {
    return isStep(key);
  }

  /**
   * Puts the files at their position, if that is free.
   *
   * @throws RetriableException if that can't be known just now; the same files may be tried again
   */
  abstract Outcome land(SealedFiles files);

  /** The log of the other kind, which a topic can't have beside this one. */
  abstract LandingLog other();

  /**
   * The position after the partition's last step.
   *
   * @return empty if nothing was landed yet
   * @throws ConnectException if the last step doesn't say where it ends, or the log is of the other
   *     kind
   */
  Optional<Long> tail(TopicPartition partition) {
    Optional<String> last = last(partition);
    last.or(() -> other().last(partition))
        .filter(key -> !isOfThisKind(key))
        .ifPresent(LandingLog::refuse);
    return last.map(key -> read(key).next());
  }

  private Optional<String> last(TopicPartition partition) {
    String prefix = prefix(partition);
    String last = null;
    for (String key : store.list(prefix, prefix)) {
      if (isStep(key)) {
        last = key;
      } else {
        // S3-compatible stores may list their own temporary files, named after the object to be.
        LOG.debug("passing over {}", key);
      }
    }
    return Optional.ofNullable(last);
  }

  private static void refuse(String key) {
    throw new ConnectException(
        key
            + " was landed with another partitioner.class, format.class or file layout, and one log"
            + " can't be of two kinds; set the former ones again, or another "
            + StoreOptions.TOPICS_DIR);
  }

  /** Puts a step at its key, or finds out who has. */
  final Outcome putStep(String key, Payload payload, LandingMetadata metadata) {
    if (store.putIfAbsent(key, payload, metadata.toMap())) {
      return new Landed();
    }
    LandingMetadata winner = read(key);
    if (winner.writer().equals(metadata.writer())) {
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
}
