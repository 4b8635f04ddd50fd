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

  /**
   * The files are in the log.
   *
   * @param key their step's key
   */
  record Landed(String key) implements Outcome {}

  /**
   * Another writer's step holds the position.
   *
   * @param key that step's key
   * @param winner what it says of itself
   */
  record Fenced(String key, LandingMetadata winner) implements Outcome {}

  /**
   * A log's end.
   *
   * @param key the last step's key
   * @param next the position after it
   */
  record Tail(String key, long next) {}

  protected final ObjectStore store;
  protected final String topicsDir;

  LandingLog(ObjectStore store, String topicsDir) {
    this.store = store;
    this.topicsDir = topicsDir;
  }

  /** What the keys of a partition's steps, and no others, begin with. */
  abstract String prefix(TopicPartition partition);

  /** Key of the step that starts at a position. */
  abstract String key(TopicPartition partition, long position);

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
   * Where the partition's log ends.
   *
   * @param hint key of a step that may be near the end, which saves listing what is before it; any
   *     text will do, since a list that begins at the wrong place either ends at the same last step
   *     or is empty
   * @return empty if nothing was landed yet
   * @throws ConnectException if the last step doesn't say where it ends, or the log is of the other
   *     kind
   */
  Optional<Tail> tail(TopicPartition partition, Optional<String> hint) {
    Optional<String> last =
        hint.filter(key -> key.startsWith(prefix(partition)) && isStep(key))
            .flatMap(key -> last(partition, justBefore(key)))
            .or(() -> last(partition, prefix(partition)));
    last.or(() -> other().first(partition))
        .filter(key -> !isOfThisKind(key))
        .ifPresent(LandingLog::refuse);
    return last.map(key -> new Tail(key, read(key).next()));
  }

  /** After every step of a lower position, before this one. */
  private static String justBefore(String key) {
    return key.substring(0, key.length() - 1);
  }

  /** Key of the partition's first step. */
  final Optional<String> first(TopicPartition partition) {
    for (String key : store.list(prefix(partition), prefix(partition))) {
      if (isStep(key)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private Optional<String> last(TopicPartition partition, String startAfter) {
    String last = null;
    for (String key : store.list(prefix(partition), startAfter)) {
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
      return new Landed(key);
    }
    LandingMetadata winner = read(key);
    if (winner.writer().equals(metadata.writer())) {
      LOG.info("landed by an earlier attempt whose answer was lost step={}", key);
      return new Landed(key);
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
