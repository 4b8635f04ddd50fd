package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The chain of landed files of each Kafka partition, read from a position on. */
public final class LandingLog implements AutoCloseable {
  /** Enough to hide a store's latency, few enough not to be throttled by it. */
  private static final int CONCURRENT_REQUESTS = 16;

  private static final String EXTENSION = ".avro";
  private static final Pattern PARTITION_FOLDER = Pattern.compile("partition=(\\d+)");

  private final LandingStore store;
  private final String topicsDir;
  private final ExecutorService requests;

  LandingLog(LandingStore store, String topicsDir) {
    this.store = store;
    this.topicsDir = topicsDir;
    this.requests =
        Executors.newFixedThreadPool(
            CONCURRENT_REQUESTS,
            work -> {
              Thread thread = new Thread(work, "landing-log");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @param root the log's folder: {@code s3a://bucket/topics.dir}, or a folder of another file
   *     system
   * @param hadoop how to reach it
   */
  public static LandingLog open(URI root, Configuration hadoop) {
    if (List.of("s3", "s3a", "s3n").contains(root.getScheme())) {
      String dir = root.getPath().replaceAll("^/+|/+$", "");
      return new LandingLog(new S3LandingStore(root.getHost(), hadoop), dir);
    }
    return new LandingLog(new HadoopLandingStore(new Path(root), hadoop), "");
  }

  /** Topics that have landed at least once. */
  public List<String> topics() {
    return store.folders(topicsDir.isEmpty() ? "" : topicsDir + "/");
  }

  /** Kafka partitions of a topic that have landed at least once. */
  public List<Integer> partitions(String topic) {
    return store.folders(LandingKey.topicPrefix(topicsDir, topic)).stream()
        .map(PARTITION_FOLDER::matcher)
        .filter(Matcher::matches)
        .map(folder -> Integer.parseInt(folder.group(1)))
        .sorted()
        .toList();
  }

  /**
   * The files of one partition from a position on, in order and without a gap.
   *
   * @param from the position that the first file must start at; empty for wherever the log begins
   * @param limit how many files at most
   * @throws LakeException if the chain is broken, naming topic, partition and both positions
   */
  public List<LandedFile> files(String topic, int partition, OptionalLong from, int limit) {
    String prefix = LandingKey.prefix(topicsDir, topic, partition);
    String startAfter =
        LandingKey.listFrom(topicsDir, topic, partition, Math.max(0, from.orElse(0)));
    List<Future<LandedFile>> described = new ArrayList<>();
    for (LandingStore.StoredObject object : store.list(prefix, startAfter, limit)) {
      // Some stores list an upload's temporary file, "<key>.avro-<uuid>", while it goes on.
      if (object.key().endsWith(EXTENSION)) {
        described.add(requests.submit(() -> describe(object)));
      }
    }
    List<LandedFile> files = new ArrayList<>(described.size());
    OptionalLong expected = from;
    for (Future<LandedFile> pending : described) {
      LandedFile file = await(pending);
      requireChain(expected, file);
      files.add(file);
      expected = OptionalLong.of(file.next());
    }
    return files;
  }

  private LandedFile describe(LandingStore.StoredObject object) {
    LandingKey key;
    LandingMetadata metadata;
    try {
      key = LandingKey.parse(topicsDir, object.key());
      metadata = store.metadata(object.key());
    } catch (IllegalArgumentException foreign) {
      throw new LakeException(foreign.getMessage() + "; move it out of the landing log", foreign);
    }
    return LandedFile.of(key, metadata, store.path(object.key()), object.bytes());
  }

  private static void requireChain(OptionalLong expected, LandedFile file) {
    if (expected.isPresent() && expected.getAsLong() != file.position()) {
      throw new LakeException(
          "gap in the landing log: topic %s, partition %d has a file at position %d, but position %d comes next; bring the missing files back, or drop and rebuild the tables of this topic"
              .formatted(file.topic(), file.partition(), file.position(), expected.getAsLong()));
    }
    if (file.next() <= file.position()) {
      throw new LakeException(
          "%s says that it ends at position %d, which is not after its start; it was not written by the sink"
              .formatted(file.path(), file.next()));
    }
  }

  private static LandedFile await(Future<LandedFile> pending) {
    try {
      return pending.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LakeException("interrupted while reading the landing log", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof LakeException known) {
        throw known;
      }
      throw new LakeException("reading the landing log failed: " + failed.getCause(), failed);
    }
  }

  @Override
  public void close() {
    requests.shutdownNow();
    store.close();
  }
}
