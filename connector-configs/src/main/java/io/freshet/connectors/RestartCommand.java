package io.freshet.connectors;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code connectors restart}. */
@Command(
    name = "restart",
    description = {
      "Stop connectors with all their tasks, start them again and wait until they run.",
      "Their config and offsets stay. A connector that was stopped or paused runs afterwards."
    },
    mixinStandardHelpOptions = true)
final class RestartCommand extends ConnectorSubcommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME|FILE",
      description = "Connectors, by name or config file")
  List<String> arguments;

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "1s",
      description = "How long all must stay RUNNING to count as running (default: 1s)")
  Duration settle;

  @Override
  int run(Session session) {
    Rollout rollout = new Rollout(session.api(), session.deadline(), settle);
    return session.each(
        names(arguments),
        name -> name,
        name -> {
          existing(name, session);
          session.say(name + ": restarting");
          ApplyCommand.say(name, rollout.restart(name), session);
        });
  }
}
