package io.freshet.lake.source;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.SourceConfig;
import io.freshet.schemas.LandingCommit;
import io.freshet.schemas.LandingKey;
import io.freshet.schemas.LandingMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The chain of landed files of each Kafka partition, read from a position on. Where a partition has
 * commit records, they are the chain: they alone tell which files were landed.
 */
public final class LandingLog implements AutoCloseable {
  /** Enough to hide a store's latency, few enough not to be throttled by it. */
  private static final int CONCURRENT_REQUESTS = 16;

  private static final String EXTENSION = ".avro";
  private static final Pattern PARTITION_FOLDER = Pattern.compile("partition=(\\d+)");
  private static final Pattern COMMITS_FOLDER = Pattern.compile("(\\d+)");

  /** Commit records that are read ahead of what may turn out to be enough. */
  private static final int COMMITS_AT_ONCE = 64;

  private final LandingStore store;
  private final String topicsDir;
  private final Optional<ConfluentFiles> foreign;
  private final boolean readEmptied;
  private final ExecutorService requests;
  private final Map<String, Kinds> kinds = new ConcurrentHashMap<>();

  /**
   * A topic's partitions.
   *
   * @param committed those with commit records; once there are any, no other is looked for
   * @param plain those whose files are the chain
   */
  private record Kinds(Set<Integer> committed, Set<Integer> plain) {
    List<Integer> all() {
      return Stream.concat(committed.stream(), plain.stream()).distinct().sorted().toList();
    }
  }

  LandingLog(LandingStore store, String topicsDir) {
    this(store, topicsDir, Optional.empty(), false);
  }

  private LandingLog(
      LandingStore store, String topicsDir, Optional<ConfluentFiles> foreign, boolean readEmptied) {
    this.store = store;
    this.topicsDir = topicsDir;
    this.foreign = foreign;
    this.readEmptied = readEmptied;
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
   * @param source a landing log
   * @param hadoop how to reach it
   * @param onRequest told of each request to S3, repeated ones included
   */
  public static LandingLog open(SourceConfig source, Configuration hadoop, Runnable onRequest) {
    URI root = source.root();
    boolean s3 = isS3(root);
    String dir = s3 ? folderInBucket(root) : "";
    LandingStore store =
        s3
            ? new S3LandingStore(root.getHost(), hadoop, onRequest)
            : new HadoopLandingStore(new Path(root), hadoop);
    return new LandingLog(
        store,
        dir,
        source.layout() == LandingLayout.CONFLUENT
            ? Optional.of(new ConfluentFiles(store, dir, hadoop))
            : Optional.empty(),
        source.readEmptied());
  }

  static boolean isS3(URI root) {
    return List.of("s3", "s3a", "s3n").contains(root.getScheme());
  }

  static String folderInBucket(URI root) {
    return root.getPath().replaceAll("^/+|/+$", "");
  }

  /** Topics that have landed at least once. */
  public List<String> topics() {
    return store.folders(topicsDir.isEmpty() ? "" : topicsDir + "/");
  }

  /** Kafka partitions of a topic that have landed at least once. */
  public List<Integer> partitions(String topic) {
    return look(topic).all();
  }

  /** A topic that is spread over many folders is listed whole only until its first commit. */
  private Kinds look(String topic) {
    Kinds known = kinds.get(topic);
    Kinds found;
    if (known != null && !known.committed().isEmpty()) {
      found = new Kinds(committed(topic), known.plain());
    } else {
      List<String> folders = store.folders(LandingKey.topicPrefix(topicsDir, topic));
      found =
          new Kinds(
              folders.contains(LandingCommit.FOLDER) ? committed(topic) : Set.of(),
              numbers(folders, PARTITION_FOLDER));
    }
    kinds.put(topic, found);
    return found;
  }

  private Set<Integer> committed(String topic) {
    return numbers(store.folders(LandingCommit.topicPrefix(topicsDir, topic)), COMMITS_FOLDER);
  }

  private static Set<Integer> numbers(List<String> folders, Pattern pattern) {
    return folders.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(folder -> Integer.parseInt(folder.group(1)))
        .collect(Collectors.toSet());
  }

  /**
   * The files of one partition from a position on, in order and without a gap.
   *
   * @param from the position that the first file must start at; empty for wherever the log begins
   * @param limit how many files at most, but at least one step of the log
   * @throws LakeException if the chain is broken, naming topic, partition and both positions
   */
  public List<LandedFile> files(String topic, int partition, OptionalLong from, int limit) {
    if (foreign.isPresent()) {
      return foreign.get().files(topic, partition, from, limit);
    }
    List<LandedFile> files = chain(topic, partition, from, limit);
    return from.isPresent() || files.isEmpty()
        ? files
        : LogHead.find(store, topicsDir, topic, partition)
            .map(head -> chain(topic, partition, begin(head, topic, partition), limit))
            .orElse(files);
  }

  /** Where a reader begins that has read nothing yet, in a log whose beginning is gone. */
  private OptionalLong begin(LogHead head, String topic, int partition) {
    if (!readEmptied) {
      throw new LakeException(
          "topic %s, partition %d: a new table would begin at position %d, because what landed before was deleted by source.retention-hours; let the source connector take a new snapshot into another topic, or set source.emptied-logs: read for a table of what is left"
              .formatted(topic, partition, head.position()));
    }
    return OptionalLong.of(head.position());
  }

  private List<LandedFile> chain(String topic, int partition, OptionalLong from, int limit) {
    Kinds known = kinds.containsKey(topic) ? kinds.get(topic) : look(topic);
    return known.committed().contains(partition)
        ? committedFiles(topic, partition, from, limit)
        : plainFiles(topic, partition, from, limit);
  }

  /**
   * Where the last step that begins before a position begins; empty if none does. It lists the
   * partition from its beginning.
   */
  OptionalLong lastStepBefore(String topic, int partition, long position) {
    if (foreign.isPresent()) {
      return foreign.get().lastStepBefore(topic, partition, position);
    }
    Kinds known = kinds.containsKey(topic) ? kinds.get(topic) : look(topic);
    boolean commits = known.committed().contains(partition);
    String prefix =
        commits
            ? LandingCommit.prefix(topicsDir, topic, partition)
            : LandingKey.prefix(topicsDir, topic, partition);
    return store.list(prefix, prefix, Integer.MAX_VALUE).stream()
        .map(LandingStore.StoredObject::key)
        .filter(key -> commits ? LandingCommit.isKey(topicsDir, key) : key.endsWith(EXTENSION))
        .filter(key -> !LandingCommit.isDataKey(key))
        .mapToLong(
            key ->
                commits
                    ? LandingCommit.position(topicsDir, key)
                    : LandingKey.parse(topicsDir, key).position())
        .filter(begins -> begins < position)
        .max();
  }

  private List<LandedFile> plainFiles(String topic, int partition, OptionalLong from, int limit) {
    String prefix = LandingKey.prefix(topicsDir, topic, partition);
    String startAfter =
        from.isPresent()
            ? LandingKey.listFrom(topicsDir, topic, partition, Math.max(0, from.getAsLong()))
            : prefix; // So that a foreign file is seen, whatever its name.
    List<Future<LandedFile>> described = new ArrayList<>();
    for (LandingStore.StoredObject object : store.list(prefix, startAfter, limit)) {
      if (LandingCommit.isDataKey(object.key())) {
        // Its commit is on the way, or there since just now.
        return look(topic).committed().contains(partition)
            ? committedFiles(topic, partition, from, limit)
            : List.of();
      }
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

  private List<LandedFile> committedFiles(
      String topic, int partition, OptionalLong from, int limit) {
    List<String> commits =
        store
            .list(
                LandingCommit.prefix(topicsDir, topic, partition),
                LandingCommit.listFrom(topicsDir, topic, partition, Math.max(0, from.orElse(0))),
                limit)
            .stream()
            .map(LandingStore.StoredObject::key)
            .filter(key -> LandingCommit.isKey(topicsDir, key))
            .toList();
    List<LandedFile> files = new ArrayList<>();
    OptionalLong expected = from;
    for (int at = 0; at < commits.size() && files.size() < limit; at += COMMITS_AT_ONCE) {
      List<Future<List<LandedFile>>> steps =
          commits.subList(at, Math.min(commits.size(), at + COMMITS_AT_ONCE)).stream()
              .map(
                  key ->
                      requests.submit(
                          () ->
                              CommitRecord.files(
                                  topicsDir, topic, partition, key, store.read(key), store::path)))
              .toList();
      for (Future<List<LandedFile>> pending : steps) {
        List<LandedFile> step = await(pending);
        if (files.size() < limit) {
          requireChain(expected, step.get(0));
          files.addAll(step);
          expected = OptionalLong.of(step.get(0).next());
        }
      }
    }
    return files;
  }

  private LandedFile describe(LandingStore.StoredObject object) {
    LandingKey key;
    LandingMetadata metadata;
    try {
      key = LandingKey.parse(topicsDir, object.key());
      metadata = store.metadata(object.key());
    } catch (IllegalArgumentException unknown) {
      throw new LakeException(
          unknown.getMessage()
              + (ConfluentFiles.start(object.key()).isPresent()
                  ? "; if Confluent's sink wrote it, set source.layout: confluent"
                  : "; move it out of the landing log"),
          unknown);
    }
    return LandedFile.of(key, metadata, store.path(object.key()), object.bytes());
  }

  private static void requireChain(OptionalLong expected, LandedFile file) {
    if (expected.isPresent() && expected.getAsLong() != file.position()) {
      throw new LakeException(
          "gap in the landing log: topic %s, partition %d has a file at position %d, but position %d comes next; bring the missing files back (source.retention-hours may have deleted them), or drop and rebuild the tables of this topic"
              .formatted(file.topic(), file.partition(), file.position(), expected.getAsLong()));
    }
    if (file.next() <= file.position()) {
      throw new LakeException(
          "%s says that it ends at position %d, which is not after its start; it was not written by the sink"
              .formatted(file.path(), file.next()));
    }
  }

  private static <T> T await(Future<T> pending) {
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
