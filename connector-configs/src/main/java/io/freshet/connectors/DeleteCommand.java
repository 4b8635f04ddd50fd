package io.freshet.connectors;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code connectors delete}. */
@Command(
    name = "delete",
    description = {
      "Delete connectors and say what they leave behind.",
      "Connect keeps their offsets: a connector created later under the same name goes on there."
    },
    mixinStandardHelpOptions = true)
final class DeleteCommand extends ConnectorSubcommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME|FILE",
      description = "Connectors, by name or config file")
  List<String> arguments;

  @Override
  int run(Session session) {
    Rollout rollout = new Rollout(session.api(), session.deadline(), Duration.ZERO);
    return session.each(
        names(arguments),
        name -> name,
        name -> {
          Optional<ReplicationSlot> slot = ReplicationSlot.of(existing(name, session));
          rollout.delete(name);
          session.say(name + ": deleted");
          slot.ifPresent(left -> left.farewell().forEach(line -> session.say("  " + line)));
        });
  }
}
