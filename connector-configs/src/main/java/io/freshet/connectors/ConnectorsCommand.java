package io.freshet.connectors;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code freshet connectors}: validates, diffs, applies and watches connector configs through Kafka
 * Connect's REST API. To be mounted as a picocli subcommand; also runs alone through {@link #main}.
 *
 * <p>Every failure is one line on standard error that names the thing and the fix, and one of the
 * exit codes {@link #OK}, {@link #REJECTED}, {@link #USAGE}, {@link #UNREACHABLE}.
 */
@Command(
    name = "connectors",
    description = "Validate, diff, apply and watch Kafka Connect connector configs.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ValidateCommand.class,
      DiffCommand.class,
      ApplyCommand.class,
      StatusCommand.class,
      RestartCommand.class,
      StopCommand.class,
      DeleteCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is as asked",
      "1:a config is wrong, or a connector or a task FAILED or does not exist",
      "2:bad usage: unknown option, missing file, malformed JSON",
      "3:Kafka Connect is unreachable, or did not get there within --timeout"
    })
public final class ConnectorsCommand implements Runnable {
  /** Exit code: all is as asked. */
  public static final int OK = 0;

  /** Exit code: a config is wrong, or a connector or one of its tasks FAILED or does not exist. */
  public static final int REJECTED = 1;

  /** Exit code: bad usage, such as an unknown option, a missing file or malformed JSON. */
  public static final int USAGE = 2;

  /** Exit code: Kafka Connect is unreachable, or did not get there within {@code --timeout}. */
  public static final int UNREACHABLE = 3;

  @Spec CommandSpec spec;

  @Option(
      names = "--connect",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      converter = ConnectUrlConverter.class,
      defaultValue = "${env:FRESHET_CONNECT_URL:-http://127.0.0.1:8083}",
      description =
          "Kafka Connect's REST endpoint; default: $FRESHET_CONNECT_URL, else http://127.0.0.1:8083")
  URI connect;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      converter = DurationConverter.class,
      defaultValue = "60s",
      description = "How long the whole command may take: 90, 90s, 2m (default: ${DEFAULT-VALUE})")
  Duration timeout;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print stack traces: the tool's own and those of failed tasks")
  boolean verbose;

  /** What {@code ${env:NAME}} in a config refers to, where the tool itself needs the value. */
  Map<String, String> environment = System.getenv();

  /**
   * Names the environment that connectors' placeholders are resolved in, where it is not this
   * process's own.
   */
  public void environment(Map<String, String> values) {
    environment = Map.copyOf(values);
  }

  /** A command line whose usage errors are one line and a hint, not the whole help text. */
  public static CommandLine commandLine() {
    return new CommandLine(new ConnectorsCommand())
        .setParameterExceptionHandler((error, args) -> usageError(error));
  }

  /** Runs the tool and exits the JVM with the exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? One of " + String.join(", ", spec.subcommands().keySet()));
  }

  private static int usageError(ParameterException error) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    String message = OneLine.of(error.getMessage());
    List<String> nearest =
        error instanceof CommandLine.UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    err.println(
        "error: "
            + message
            + (nearest.isEmpty() ? "" : "; did you mean " + String.join(" or ", nearest) + "?")
            + " (see '"
            + command.getCommandSpec().qualifiedName()
            + " --help')");
    err.flush();
    return USAGE;
  }
}
