package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingHead;
import io.freshet.schemas.LandingKey;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from a landing log what every table has read and what is old enough. The newest step of a
 * partition stays, whatever its age: the sink finds the end of the log by it.
 */
public final class LogRetention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogRetention.class);

  /** Steps that are looked at and deleted at once. */
  private static final int STEPS_AT_ONCE = 1_000;

  private final PrunableStore store;
  private final String topicsDir;

  LogRetention(PrunableStore store, String topicsDir) {
    this.store = store;
    this.topicsDir = topicsDir;
  }

  /**
   * @param root the log's folder, as in {@link LandingLog#open}
   */
  public static LogRetention open(URI root, Configuration hadoop) {
    return LandingLog.isS3(root)
        ? new LogRetention(
            new S3LandingStore(root.getHost(), hadoop, () -> {}), LandingLog.folderInBucket(root))
        : new LogRetention(new HadoopLandingStore(new Path(root), hadoop), "");
  }

  /**
   * Deletes old steps of a topic.
   *
   * @param consumed how far all tables of the topic have read it, by their own commits
   * @param before steps that were landed later stay
   * @return how many steps were deleted
   */
  public int delete(String topic, TopicPosition consumed, Instant before) {
    int deleted = 0;
    for (Map.Entry<Integer, Long> read : consumed.next().entrySet()) {
      int steps;
      do {
        steps = delete(topic, read.getKey(), read.getValue(), before);
        deleted += steps;
      } while (steps == STEPS_AT_ONCE);
    }
    return deleted;
  }

  private int delete(String topic, int partition, long read, Instant before) {
    String commits = LandingCommit.prefix(topicsDir, topic, partition);
    boolean committed = !store.list(commits, commits, 1).isEmpty();
    String prefix = committed ? commits : LandingKey.prefix(topicsDir, topic, partition);
    List<PrunableStore.AgedObject> steps =
        store.aged(prefix, prefix, STEPS_AT_ONCE + 1).stream()
            // Some stores list an upload's temporary file, which goes on behind the extension.
            .filter(step -> committed || step.key().endsWith(".avro"))
            .filter(step -> position(step.key(), committed).isPresent())
            .toList();
    List<String> old = new ArrayList<>();
    long head = -1;
    for (int i = 0; i + 1 < steps.size(); i++) {
      // A step ends where the following one begins.
      long next = position(steps.get(i + 1).key(), committed).orElseThrow();
      if (next > read || !steps.get(i).modified().isBefore(before)) {
        break;
      }
      old.add(steps.get(i).key());
      head = next;
    }
    if (!old.isEmpty()) {
      store.write(LandingHead.key(topicsDir, topic, partition), new LogHead(head, before).toJson());
      old.forEach(step -> deleteFiles(topic, partition, step, committed));
      LOG.info(
          "{}-{}: {} landed steps are read by all tables and older than {}; the log now begins at {}",
          topic,
          partition,
          old.size(),
          before,
          head);
    }
    return old.size();
  }

  /** The record goes last: while it is there, a run that was cut off finds its files again. */
  private void deleteFiles(String topic, int partition, String step, boolean committed) {
    if (committed) {
      store.delete(CommitRecord.keys(topicsDir, topic, partition, step, store.read(step)));
    }
    store.delete(List.of(step));
  }

  private OptionalLong position(String key, boolean committed) {
    try {
      if (!committed) {
        return OptionalLong.of(LandingKey.parse(topicsDir, key).position());
      }
      return LandingCommit.isKey(topicsDir, key)
          ? OptionalLong.of(LandingCommit.position(topicsDir, key))
          : OptionalLong.empty();
    } catch (IllegalArgumentException foreign) {
      throw new LakeException(foreign.getMessage() + "; move it out of the landing log", foreign);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
