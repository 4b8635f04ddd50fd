package io.freshet.connectors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code connectors diff}: changes nothing. */
@Command(
    name = "diff",
    description = "Show what 'apply' would change, key by key; changes nothing.",
    mixinStandardHelpOptions = true)
final class DiffCommand extends ConnectorSubcommand {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Connector configs")
  List<Path> files;

  @Option(names = "--json", description = "Print the differences as JSON")
  boolean json;

  @Option(names = "--exit-code", description = "Exit with 1 if anything differs")
  boolean exitCode;

  /** One file's differences, as printed with --json. */
  record Report(String name, boolean exists, List<String> changes) {}

  @Override
  int run(Session session) {
    List<Report> reports = new ArrayList<>();
    for (ConnectorFile file : read(files, session)) {
      Optional<Map<String, String>> running = session.api().config(file.name());
      learn(file.config(), session);
      running.ifPresent(config -> learn(config, session));
      ConfigDiff diff = ConfigDiff.between(running.orElse(Map.of()), file.config());
      reports.add(new Report(file.name(), running.isPresent(), lines(diff, session)));
    }
    if (json) {
      session.json(reports);
    } else {
      reports.forEach(report -> print(report, session));
    }
    boolean differs = reports.stream().anyMatch(report -> !report.changes().isEmpty());
    return exitCode && differs ? ConnectorsCommand.REJECTED : ConnectorsCommand.OK;
  }

  private static void learn(Map<String, String> config, Session session) {
    String connectorClass = config.getOrDefault("connector.class", "");
    if (!connectorClass.isEmpty()) {
      session.api().definitions(connectorClass).forEach(session.redactor()::learn);
    }
    session.redactor().learn(config);
  }

  /** A diff's lines, without secrets. */
  static List<String> lines(ConfigDiff diff, Session session) {
    return diff.changes().stream().map(change -> change.line(session.redactor())).toList();
  }

  private static void print(Report report, Session session) {
    String head =
        !report.exists()
            ? "does not exist; apply creates it"
            : report.changes().isEmpty() ? "no difference" : "differs";
    session.say(report.name() + ": " + head);
    report.changes().forEach(line -> session.say("  " + line));
  }
}
