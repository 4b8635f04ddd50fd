package io.freshet.connectors;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether a source connector goes on where {@code freshet snapshot} has stopped: with all tables
 * that it loaded, from its slot, and without a snapshot of its own.
 */
final class HandOff {
  /** Debezium's word for going on from a slot. */
  private static final String NO_SNAPSHOT = "no_data";

  private final Map<String, String> environment;
  private final Session session;

  /**
   * @param environment what {@code ${env:NAME}} refers to
   */
  HandOff(Map<String, String> environment, Session session) {
    this.environment = environment;
    this.session = session;
  }

  /** What is wrong with a config; nothing where no snapshot was taken. */
  List<ConfigCheck.Problem> problems(ConnectorFile file) {
    if (ReplicationSlot.of(file.config()).isEmpty()) {
      return List.of();
    }
    Map<String, String> config = new HashMap<>();
    for (Map.Entry<String, String> entry : file.config().entrySet()) {
      String value = entry.getValue();
      for (Placeholder placeholder : Placeholder.in(value).toList()) {
        String known =
            placeholder.isEnvironment() ? environment.get(placeholder.reference()) : null;
        if (known == null && entry.getKey().startsWith("database.")) {
          unseen(file, placeholder.text() + " can't be resolved here");
          return List.of();
        }
        value = known == null ? value : value.replace(placeholder.text(), known);
      }
      config.put(entry.getKey(), value);
    }
    session.redactor().learn(config);
    try {
      return new SourceDatabase(config)
          .state()
          .map(state -> problems(config, state))
          .orElseGet(List::of);
    } catch (SQLException unreachable) {
      unseen(
          file, "its database can't be asked from here: " + OneLine.of(unreachable.getMessage()));
      return List.of();
    }
  }

  private void unseen(ConnectorFile file, String reason) {
    session.warn(
        file.name()
            + ": not checked whether its slot was made by 'freshet snapshot', because "
            + reason);
  }

  private static List<ConfigCheck.Problem> problems(
      Map<String, String> config, SourceDatabase.State state) {
    SnapshotMark mark = state.mark();
    List<ConfigCheck.Problem> problems = new ArrayList<>();
    if (!mark.finished()) {
      problems.add(
          problem(
              config,
              "slot.name",
              "'freshet snapshot' on the slot %s is not finished; let it end, or run it again"
                  .formatted(mark.slot())));
      return problems;
    }
    if (!state.slot()) {
      problems.add(
          problem(
              config,
              "slot.name",
              "the slot %s that 'freshet snapshot' made at LSN %s is gone, so changes since then would be skipped; drop the publication %s and the lake's tables, and run it again"
                  .formatted(mark.slot(), mark.lsn(), state.publication())));
      return problems;
    }
    require(config, "slot.name", "debezium", mark.slot(), problems, mark);
    require(config, "publication.name", "dbz_publication", state.publication(), problems, mark);
    require(config, "plugin.name", "decoderbufs", "pgoutput", problems, mark);
    require(config, "topic.prefix", "", mark.topicPrefix(), problems, mark);
    if (!config.getOrDefault("snapshot.mode", "initial").strip().equalsIgnoreCase(NO_SNAPSHOT)) {
      problems.add(
          problem(
              config,
              "snapshot.mode",
              "would read all tables again, which 'freshet snapshot' has loaded at LSN %s; set it to %s"
                  .formatted(mark.lsn(), NO_SNAPSHOT)));
    }
    SourceTables captured = new SourceTables(config);
    tables(
        state,
        table -> table.published() && !captured.capture(table.schema(), table.name()),
        config,
        "leaves out %s, which 'freshet snapshot' has loaded: its changes would be skipped",
        problems);
    tables(
        state,
        table -> !table.published() && captured.capture(table.schema(), table.name()),
        config,
        "has %s, which 'freshet snapshot' did not load: older rows would be missing; leave it out, or take it in with an incremental snapshot of Debezium's",
        problems);
    return problems;
  }

  private static void tables(
      SourceDatabase.State state,
      Predicate<SourceDatabase.Table> wrong,
      Map<String, String> config,
      String message,
      List<ConfigCheck.Problem> problems) {
    Optional.of(
            state.tables().stream()
                .filter(wrong)
                .map(SourceDatabase.Table::title)
                .collect(Collectors.joining(", ")))
        .filter(titles -> !titles.isEmpty())
        .ifPresent(
            titles ->
                problems.add(problem(config, "table.include.list", message.formatted(titles))));
  }

  private static void require(
      Map<String, String> config,
      String key,
      String absent,
      String wanted,
      List<ConfigCheck.Problem> problems,
      SnapshotMark mark) {
    if (!config.getOrDefault(key, absent).equals(wanted)) {
      problems.add(
          problem(
              config,
              key,
              "'freshet snapshot' has loaded the tables at LSN %s for %s"
                  .formatted(mark.lsn(), wanted)));
    }
  }

  private static ConfigCheck.Problem problem(
      Map<String, String> config, String key, String message) {
    return new ConfigCheck.Problem(key, config.getOrDefault(key, "(not set)"), message);
  }
}
