package io.freshet.connectors;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code connectors status}. */
@Command(
    name = "status",
    description = "Show connectors and their tasks; exit 1 if one FAILED or does not exist.",
    mixinStandardHelpOptions = true)
final class StatusCommand extends ConnectorSubcommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "NAME|FILE",
      description = "Connectors, by name or config file; none: all of the cluster")
  List<String> arguments = new ArrayList<>();

  @Option(names = "--json", description = "Print the status as JSON")
  boolean json;

  /** A connector, as printed with --json; {@code cause} only where something FAILED. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Report(
      String name, String type, String state, String worker, String cause, List<Task> tasks) {}

  /** A task, as printed with --json. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Task(int id, String state, String worker, String cause) {}

  /** Who asks for the status of a cluster that is down wants to hear that at once. */
  @Override
  boolean waitsForWorker() {
    return false;
  }

  @Override
  int run(Session session) {
    List<String> names =
        arguments.isEmpty()
            ? session.api().connectors().stream().sorted().toList()
            : names(arguments);
    List<Report> reports = new ArrayList<>();
    int exitCode =
        session.each(
            names,
            name -> name,
            name -> {
              existing(name, session);
              Optional<ConnectorStatus> status = session.api().status(name);
              Report report =
                  status
                      .map(seen -> report(seen, session))
                      .orElse(new Report(name, null, "UNASSIGNED", null, null, List.of()));
              reports.add(report);
              if (!json) {
                print(report, status, session);
              }
            });
    if (json) {
      session.json(reports);
    } else if (names.isEmpty()) {
      session.say("no connectors");
    }
    boolean failed = reports.stream().anyMatch(StatusCommand::isFailed);
    return failed ? Math.max(exitCode, ConnectorsCommand.REJECTED) : exitCode;
  }

  private static boolean isFailed(Report report) {
    return ConnectorStatus.FAILED.equals(report.state())
        || report.tasks().stream().anyMatch(task -> ConnectorStatus.FAILED.equals(task.state()));
  }

  private static Report report(ConnectorStatus status, Session session) {
    ConnectorStatus.Instance connector = status.connector();
    List<Task> tasks =
        status.tasks().stream()
            .map(
                task ->
                    new Task(
                        task.id(),
                        task.state(),
                        task.worker(),
                        cause(task.state(), task.trace(), session)))
            .toList();
    return new Report(
        status.name(),
        status.type(),
        connector.state(),
        connector.worker(),
        cause(connector.state(), connector.trace(), session),
        tasks);
  }

  private static String cause(String state, String trace, Session session) {
    return ConnectorStatus.FAILED.equals(state)
        ? session.redactor().scrub(RootCause.of(trace))
        : null;
  }

  private static void print(Report report, Optional<ConnectorStatus> status, Session session) {
    String type = report.type() == null ? "" : "  " + report.type();
    session.say(line(report.name() + type, report.state(), report.worker(), report.cause()));
    for (Task task : report.tasks()) {
      session.say(line("  task " + task.id(), task.state(), task.worker(), task.cause()));
    }
    status
        .flatMap(ConnectorStatus::failure)
        .ifPresent(failure -> session.trace(Rollout.failed(failure)));
  }

  private static String line(String what, String state, String worker, String cause) {
    return what
        + "  "
        + state
        + (worker == null ? "" : "  " + worker)
        + (cause == null ? "" : "  → " + cause);
  }
}
