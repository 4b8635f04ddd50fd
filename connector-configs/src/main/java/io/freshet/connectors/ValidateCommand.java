package io.freshet.connectors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code connectors validate}: changes nothing. */
@Command(
    name = "validate",
    description = "Ask Connect whether configs are right; changes nothing.",
    mixinStandardHelpOptions = true)
final class ValidateCommand extends ConnectorSubcommand {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Connector configs")
  List<Path> files;

  @Option(names = "--json", description = "Print the result as JSON")
  boolean json;

  /** The result for one file, as printed with --json. */
  record Report(
      String name, boolean valid, List<ConfigCheck.Problem> errors, List<String> warnings) {}

  @Override
  int run(Session session) {
    List<Report> reports = new ArrayList<>();
    for (ConnectorFile file : read(files, session)) {
      ConfigCheck.Result result = new ConfigCheck(session).check(file.config());
      boolean valid = result.problems().isEmpty();
      reports.add(new Report(file.name(), valid, result.problems(), result.warnings()));
      if (!json) {
        print(file, result, session);
        if (valid) {
          session.say(file.name() + ": valid");
        }
      }
    }
    if (json) {
      session.json(reports);
    }
    return reports.stream().allMatch(Report::valid)
        ? ConnectorsCommand.OK
        : ConnectorsCommand.REJECTED;
  }

  /** Prints a file's warnings and errors to standard error. */
  static void print(ConnectorFile file, ConfigCheck.Result result, Session session) {
    result.warnings().forEach(warning -> session.warn(file.name() + ": " + warning));
    if (result.problems().isEmpty()) {
      return;
    }
    int count = result.problems().size();
    session
        .err()
        .println(
            "error: "
                + file.name()
                + ": "
                + count
                + (count == 1 ? " error" : " errors")
                + " in "
                + file.path());
    result.problems().forEach(problem -> session.err().println("  " + problem.line()));
    session.err().flush();
  }
}
