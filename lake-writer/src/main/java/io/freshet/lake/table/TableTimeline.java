package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.metrics.FileCounts;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.store.TableFileSystem;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.model.WriteOperationType;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.common.table.timeline.TimelineUtils;
import org.apache.hudi.hadoop.fs.HadoopFSUtils;

/**
 * What a table's own commits say of it. It needs no Spark, so it is the truth whether or not a job
 * runs.
 */
public final class TableTimeline {
  /** What the names of all that is put in the commits' extra metadata begin with. */
  static final String PREFIX = "freshet.";

  /** The topic follows. The value is {@link TopicPosition#toJson}. */
  private static final String POSITION = PREFIX + "position.";

  private final String name;
  private final String location;
  private final Configuration hadoop;

  /**
   * @param name {@code database.table}, for errors' texts
   * @param location where it lies
   */
  public TableTimeline(String name, String location, Configuration hadoop) {
    this.name = name;
    this.location = location;
    this.hadoop = hadoop;
  }

  /** The bulk snapshot that a commit is a part of. */
  private static final String SNAPSHOT = "snapshot";

  /** The pairs of a commit's extra metadata that say which position it reaches. */
  static Map<String, String> reaching(String topic, TopicPosition position) {
    return Map.of(POSITION + topic, position.toJson());
  }

  /**
   * Whether a first commit has been made, or at least begun. Hudi deletes a table's properties
   * before it writes changed ones, and has a copy beside them then, which its readers take.
   */
  public boolean exists() {
    Path folder = new Path(location, HoodieTableMetaClient.METAFOLDER_NAME);
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      return files.exists(new Path(folder, HoodieTableConfig.HOODIE_PROPERTIES_FILE))
          || files.exists(new Path(folder, HoodieTableConfig.HOODIE_PROPERTIES_FILE_BACKUP));
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  /** Puts the properties back where only the copy of them is left. */
  void recover() {
    HoodieTableMetaClient client = client();
    try {
      HoodieTableConfig.recover(client.getStorage(), client.getMetaPath());
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  /**
   * Spares requests to the store as long as this process alone writes the table.
   *
   * @throws LakeException if its file system can't be reached
   */
  TableFileSystem.Hold hold() {
    try {
      return TableFileSystem.hold(new Path(location), hadoop);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  private LakeException unreachable(IOException cause) {
    return new LakeException(
        "%s at %s can't be reached: %s".formatted(name, location, cause.getMessage()), cause);
  }

  /** How far the table has read a topic, from its newest commit that says so. */
  public Optional<TopicPosition> position(String topic) {
    return exists() ? newest((instant, metadata) -> positionIn(metadata, topic)) : Optional.empty();
  }

  /**
   * The newest commit that says how far a topic was read; empty for a table without any commit.
   *
   * @throws LakeException if the table has commits but none that says so: it is another writer's
   */
  public Optional<LastCommit> lastCommit(String topic) {
    if (!exists()) {
      return Optional.empty();
    }
    Optional<LastCommit> newest = newest((instant, metadata) -> commit(instant, metadata, topic));
    if (newest.isEmpty() && hasCommits()) {
      throw new LakeException(
          "%s at %s has commits, but none of them says how far topic %s was read; it was written by something else, or from another topic: choose another table name, or drop it"
              .formatted(name, location, topic));
    }
    return newest;
  }

  /** The same of a timeline that has been read already. */
  Optional<LastCommit> newest(HoodieTimeline timeline, String topic) {
    return newest(timeline, (instant, metadata) -> commit(instant, metadata, topic));
  }

  private Optional<LastCommit> commit(
      HoodieInstant instant, HoodieCommitMetadata metadata, String topic) {
    return positionIn(metadata, topic)
        .map(
            position ->
                LastCommit.of(
                    instant, metadata, position, NewestSource.of(metadata, location, hadoop)));
  }

  /**
   * Counts the table's files, by listing each partition once.
   *
   * @param now the moment that the counts will name
   * @return empty for a table without any commit
   */
  public Optional<FileCounts> files(Instant now) {
    return exists() ? Optional.of(FileCensus.of(client(), now)) : Optional.empty();
  }

  /** The note of a commit that says which bulk snapshot it is a part of. */
  static Map<String, String> ofSnapshot(String snapshot) {
    return Map.of(SNAPSHOT, snapshot);
  }

  /** The bulk snapshot that the table was made from; empty if it was made otherwise. */
  public Optional<String> snapshot() {
    return exists()
        ? newest(
            (instant, metadata) -> Optional.ofNullable(metadata.getMetadata(PREFIX + SNAPSHOT)))
        : Optional.empty();
  }

  /** The columns that tell an existing table's rows apart; empty if there is no table yet. */
  public Optional<List<String>> keys() {
    return exists()
        ? Optional.of(list(client().getTableConfig().getRecordKeyFields().orElse(new String[0])))
            .filter(keys -> !keys.isEmpty())
        : Optional.empty();
  }

  /** Whether the table has commits, whoever made them. */
  public boolean hasCommits() {
    return !client().getCommitsTimeline().filterCompletedInstants().empty();
  }

  /** The position after the topic's last TRUNCATE that the table was emptied by. */
  public Optional<TopicPosition> lastTruncate(String topic) {
    return exists()
        ? newest(
            (instant, metadata) ->
                metadata.getOperationType() == WriteOperationType.INSERT_OVERWRITE_TABLE
                    ? positionIn(metadata, topic)
                    : Optional.empty())
        : Optional.empty();
  }

  private static Optional<TopicPosition> positionIn(HoodieCommitMetadata metadata, String topic) {
    return Optional.ofNullable(metadata.getMetadata(POSITION + topic)).map(TopicPosition::fromJson);
  }

  private <T> Optional<T> newest(
      BiFunction<HoodieInstant, HoodieCommitMetadata, Optional<T>> value) {
    HoodieTableMetaClient client = client();
    Optional<T> newest = newest(client.getActiveTimeline(), value);
    // Table services make commits too; a very quiet table's last write may be archived.
    return newest.isPresent() ? newest : newest(client.getArchivedTimeline(), value);
  }

  private <T> Optional<T> newest(
      HoodieTimeline timeline, BiFunction<HoodieInstant, HoodieCommitMetadata, Optional<T>> value) {
    HoodieTimeline completed = timeline.getCommitsTimeline().filterCompletedInstants();
    for (HoodieInstant instant :
        (Iterable<HoodieInstant>) completed.getReverseOrderedInstants()::iterator) {
      Optional<T> found = value.apply(instant, metadata(instant, completed));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  HoodieCommitMetadata metadata(HoodieInstant instant, HoodieTimeline timeline) {
    try {
      return TimelineUtils.getCommitMetadata(instant, timeline);
    } catch (IOException unreadable) {
      throw new LakeException(
          "instant %s of %s can't be read: %s"
              .formatted(instant.requestedTime(), name, unreadable.getMessage()),
          unreadable);
    }
  }

  /**
   * Refuses a configuration that an existing table was not made with.
   *
   * @throws LakeException naming the setting and both values
   */
  public void requireSameShape(TableSpec spec) {
    if (!exists()) {
      return;
    }
    HoodieTableConfig made = client().getTableConfig();
    requireSame("type", made.getTableType().name(), spec.config().type().name());
    requireSame("key columns", list(made.getRecordKeyFields().orElse(new String[0])), spec.keys());
    requireSame(
        "partition-by",
        list(made.getPartitionFields().orElse(new String[0])),
        spec.config().partitionBy());
    requireIndex(spec.config());
  }

  /** The index that an existing table was made with; empty for one without a commit. */
  public Optional<TableIndex> index(TableConfig table) {
    return exists()
        ? newest(
            (instant, metadata) ->
                positionIn(metadata, table.topic())
                    .map(position -> TableIndex.in(metadata.getExtraMetadata(), table)))
        : Optional.empty();
  }

  private void requireIndex(TableConfig table) {
    if (table.index().equals(IndexConfig.DEFAULT)) {
      return;
    }
    index(table)
        .ifPresent(
            made ->
                made.misfit(table)
                    .ifPresent(
                        wanted -> {
                          throw new LakeException(
                              "%s has %s in its configuration, but the table at %s was made with the index %s; a table can't change it: leave it out, use another table name, or drop the table"
                                  .formatted(name, wanted, location, made));
                        }));
  }

  private static List<String> list(String[] values) {
    return Arrays.stream(values).filter(value -> !value.isEmpty()).toList();
  }

  private void requireSame(String setting, Object made, Object configured) {
    if (!made.equals(configured)) {
      throw new LakeException(
          "%s of %s is %s, but the table at %s was made with %s; a table can't change it: use another table name, or drop the table"
              .formatted(setting, name, configured, location, made));
    }
  }

  HoodieTableMetaClient client() {
    return HoodieTableMetaClient.builder()
        .setConf(HadoopFSUtils.getStorageConfWithCopy(hadoop))
        .setBasePath(location)
        .build();
  }
}
