package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.metrics.Backlog;
import io.freshet.lake.metrics.JobStatus;
import io.freshet.lake.metrics.TableState;
import io.freshet.lake.metrics.TableStatus;
import io.freshet.lake.quarantine.QuarantineFolder;
import io.freshet.lake.source.SourceTopics;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.LastCommit;
import io.freshet.lake.table.TableTimeline;
import io.freshet.lake.verify.VerifyResults;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/** A status that is read from the tables' own commits and the source, whether or not a job runs. */
public final class StoredStatus {
  private final LakeConfig config;
  private final Configuration hadoop;
  private final Clock clock;
  private final VerifyResults verified;

  public StoredStatus(LakeConfig config, Configuration hadoop, Clock clock) {
    this.verified = new VerifyResults(config.warehouse(), hadoop, clock);
    this.config = config;
    this.hadoop = hadoop;
    this.clock = clock;
  }

  /**
   * @throws LakeException if the source can't be reached
   */
  public JobStatus read() {
    List<TableStatus> tables = new ArrayList<>();
    Map<String, String> refused = new TreeMap<>();
    verified.refresh();
    try (SourceTopics source = SourceTopics.open(config.source(), hadoop)) {
      List<String> present = source.topics();
      Set<String> topics = new TreeSet<>(config.namedTopics());
      present.stream().filter(config::reads).forEach(topics::add);
      for (String topic : topics) {
        try {
          for (TableConfig table : config.tablesOf(topic)) {
            tables.add(table(source, table, present.contains(topic)));
          }
        } catch (LakeException reason) {
          refused.put(topic, reason.getMessage());
        }
      }
    }
    return new JobStatus(
        JobStatus.Phase.NOT_RUNNING,
        "",
        clock.instant(),
        Optional.empty(),
        config.source().toString(),
        Map.of(),
        tables,
        refused,
        Optional.empty());
  }

  private TableStatus table(SourceTopics source, TableConfig table, boolean present) {
    TableTimeline timeline = new TableTimeline(table.name(), config.location(table), hadoop);
    String reason = "";
    Optional<LastCommit> last = Optional.empty();
    Optional<Backlog> backlog = Optional.empty();
    try {
      last = timeline.lastCommit(table.topic());
      if (present) {
        SourceTopics.Behind behind =
            source.behind(
                table.topic(), last.map(LastCommit::position).orElse(TopicPosition.START));
        backlog = Optional.of(new Backlog(behind.positions(), behind.bytes()));
      } else {
        reason = "there is no topic " + table.topic() + " in " + config.source();
      }
    } catch (LakeException unreadable) {
      reason = unreadable.getMessage();
    }
    return new TableStatus(
        table.name(),
        table.topic(),
        TableState.UNKNOWN,
        reason,
        Optional.empty(),
        last.map(LastCommit::position).orElse(TopicPosition.START).next(),
        Optional.empty(),
        last.map(LastCommit::completed),
        last.flatMap(LastCommit::newestSource),
        backlog,
        last.isPresent()
            ? OptionalLong.of(quarantined(table, last.get().position()))
            : OptionalLong.empty(),
        last.isPresent() ? timeline.files(clock.instant()) : Optional.empty(),
        verified.of(table.name()));
  }

  private long quarantined(TableConfig table, TopicPosition position) {
    QuarantineFolder folder =
        new QuarantineFolder(config.warehouse(), table.database(), table.table(), hadoop);
    return folder.files().stream()
        .filter(file -> file.topic().equals(table.topic()) && file.isCommitted(position))
        .mapToLong(file -> folder.read(file).size())
        .sum();
  }
}
