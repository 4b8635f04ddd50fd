package io.freshet.lake.snapshot;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.source.SourceTopics;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.TableTimeline;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.table.HoodieTableMetaClient;

/** The lake's side of a snapshot: tables that must be new, and topics without changes. */
final class Targets {
  private final LakeConfig config;
  private final Configuration hadoop;

  Targets(LakeConfig config, Configuration hadoop) {
    this.config = config;
    this.hadoop = hadoop;
  }

  TableTimeline timeline(SnapshotTable table) {
    return timeline(table.name());
  }

  private TableTimeline timeline(String name) {
    return new TableTimeline(name, location(name), hadoop);
  }

  /** Where {@link LakeConfig#location} has a table of this name. */
  private String location(String name) {
    String base = config.warehouse().toString();
    return (base.endsWith("/") ? base : base + "/") + name.replace('.', '/');
  }

  /** Whether a run has made a table already. */
  boolean isMadeBy(SnapshotTable table, String run) {
    TableTimeline timeline = timeline(table);
    return timeline.exists() && timeline.snapshot().filter(run::equals).isPresent();
  }

  /**
   * @param run the run that may have made them; empty for none
   * @throws LakeException if a table has rows of another origin
   */
  void requireNew(List<SnapshotTable> tables, String run) {
    for (SnapshotTable table : tables) {
      TableTimeline timeline = timeline(table);
      if (timeline.exists() && timeline.hasCommits() && !isMadeBy(table, run)) {
        Optional<String> by = timeline.snapshot();
        throw new LakeException(
            "%s at %s has rows already%s; a snapshot makes new tables: drop it with its folder, or give it another name in tables"
                .formatted(
                    table.name(),
                    table.target().location(),
                    by.map(id -> ", of the snapshot " + id).orElse("")));
      }
    }
  }

  /**
   * Refuses topics that hold changes: they would be taken for newer than the snapshot.
   *
   * @throws LakeException naming one
   */
  void requireQuietTopics(List<SnapshotTable> tables) {
    try (SourceTopics source = SourceTopics.open(config.source(), hadoop)) {
      Set<String> present = new TreeSet<>(source.topics());
      for (SnapshotTable table : tables) {
        String topic = table.target().config().topic();
        long changes =
            present.contains(topic) ? source.behind(topic, TopicPosition.START).positions() : 0;
        if (changes > 0) {
          throw new LakeException(
              "topic %s holds %d changes, which %s would take for newer than the snapshot; choose another postgres.topic-prefix, or delete the topic and what landed of it"
                  .formatted(topic, changes, table.name()));
        }
      }
    }
  }

  /** Takes away the tables that a run made, and what it left of them half done. */
  void undo(SnapshotRun run) {
    for (String name : run.lakeTables()) {
      TableTimeline timeline = timeline(name);
      if (!timeline.exists()) {
        // The run may have been killed when it had made that folder and no table yet.
        delete(new Path(location(name), HoodieTableMetaClient.METAFOLDER_NAME));
        continue;
      }
      boolean own = timeline.snapshot().filter(run.id()::equals).isPresent();
      if (own || !timeline.hasCommits()) {
        delete(new Path(location(name)));
      }
    }
  }

  private void delete(Path folder) {
    try {
      folder.getFileSystem(hadoop).delete(folder, true);
    } catch (IOException unreachable) {
      throw new LakeException(
          "%s can't be deleted: %s".formatted(folder, unreachable.getMessage()), unreachable);
    }
  }
}
