package io.freshet.local;

import io.freshet.connectors.ConnectorsCommand;
import io.freshet.local.service.Part;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.net.URI;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Gives the connectors tool the stack's Connect worker, unless the user names another. */
final class ConnectorsMount {
  static final String NAME = "connectors";

  private static final String OPTION = "--connect";
  private static final String VARIABLE = "FRESHET_CONNECT_URL";

  private ConnectorsMount() {}

  /** Runs a command line, whatever its command. */
  static int execute(ParseResult parsed) {
    if (parsed.hasSubcommand() && parsed.subcommand().commandSpec().name().equals(NAME)) {
      try {
        fillIn((Freshet) parsed.commandSpec().userObject(), parsed.subcommand());
      } catch (StackException notRunning) {
        // Only what comes as this type is reported as a command's failure.
        throw new CommandLine.ExecutionException(
            parsed.commandSpec().commandLine(), notRunning.getMessage(), notRunning);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void fillIn(Freshet freshet, ParseResult connectors) {
    ParseResult last = connectors;
    boolean named = System.getenv(VARIABLE) != null;
    while (true) {
      named |= last.hasMatchedOption(OPTION);
      if (!last.hasSubcommand()) {
        break;
      }
      last = last.subcommand();
    }
    if (!named && !last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
      OptionSpec option = connectors.commandSpec().findOption(OPTION);
      Stack stack = freshet.stack();
      stack.requireRunning(Set.of(Part.CONNECT));
      URI url = URI.create(stack.endpoints().get("connect").get("url").toString());
      // The same that the worker resolves placeholders in.
      ((ConnectorsCommand) connectors.commandSpec().userObject()).environment(stack.environment());
      try {
        option.setter().set(url);
      } catch (Exception e) {
        throw new CommandLine.ParameterException(
            connectors.commandSpec().commandLine(), "can't set " + OPTION + " to " + url, e);
      }
    }
  }
}
