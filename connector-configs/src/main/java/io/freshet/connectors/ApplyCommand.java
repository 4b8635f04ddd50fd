package io.freshet.connectors;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code connectors apply}: after it, each connector runs on its file's config. */
@Command(
    name = "apply",
    description = {
      "Create connectors or change their configs, and wait until they run on them.",
      "All files are validated before anything is changed. A source connector whose slot was made by"
          + " 'freshet snapshot' must go on from there.",
      "A connector that is stopped, paused or"
          + " failed is started, also if its config is unchanged."
    },
    mixinStandardHelpOptions = true)
final class ApplyCommand extends ConnectorSubcommand {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Connector configs")
  List<Path> files;

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "1s",
      description = "How long all must stay RUNNING to count as running (default: 1s)")
  Duration settle;

  @Override
  int run(Session session) {
    List<ConnectorFile> read = read(files, session);
    boolean valid = true;
    for (ConnectorFile file : read) {
      ConfigCheck.Result result = new ConfigCheck(session).check(file.config());
      if (result.problems().isEmpty()) {
        result =
            new ConfigCheck.Result(
                new HandOff(parent.environment, session).problems(file), result.warnings());
      }
      ValidateCommand.print(file, result, session);
      valid &= result.problems().isEmpty();
    }
    if (!valid) {
      session.say("nothing was changed");
      return ConnectorsCommand.REJECTED;
    }
    return session.each(read, ConnectorFile::name, file -> apply(file, session));
  }

  private void apply(ConnectorFile file, Session session) {
    Rollout rollout = new Rollout(session.api(), session.deadline(), settle);
    String name = file.name();
    Optional<Map<String, String>> running = session.api().config(name);
    if (running.isEmpty()) {
      session.say(name + ": creating");
      say(name, rollout.create(name, file.config()), session);
      return;
    }
    session.redactor().learn(running.get());
    ConfigDiff diff = ConfigDiff.between(running.get(), file.config());
    if (diff.isEmpty()) {
      session.say(name + ": unchanged");
      say(name, rollout.ensureRunning(name), session);
      return;
    }
    List<String> lines = DiffCommand.lines(diff, session);
    session.say(name + ": changing");
    lines.forEach(line -> session.say("  " + line));
    say(name, rollout.replace(name, file.config()), session);
  }

  /** Says that a connector runs. */
  static void say(String name, ConnectorStatus status, Session session) {
    int tasks = status.tasks().size();
    session.say(name + ": RUNNING, " + tasks + (tasks == 1 ? " task" : " tasks"));
  }
}
