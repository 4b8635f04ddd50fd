package io.freshet.connectors;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code connectors stop}. */
@Command(
    name = "stop",
    description = {
      "Stop connectors with all their tasks; 'apply' or 'restart' starts them again.",
      "Their config and offsets stay."
    },
    mixinStandardHelpOptions = true)
final class StopCommand extends ConnectorSubcommand {
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
          boolean slotStays =
              ReplicationSlot.of(existing(name, session))
                  .filter(slot -> !slot.droppedOnStop())
                  .isPresent();
          rollout.stop(name);
          session.say(name + ": STOPPED");
          if (slotStays) {
            session.say("  its replication slot keeps WAL in PostgreSQL until it runs again");
          }
        });
  }
}
