package io.freshet.local;

import io.freshet.connectors.ConnectorsCommand;
import io.freshet.local.service.Distribution;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The launcher's command line. */
@Command(
    name = "freshet",
    description = "Runs the whole pipeline on this machine.",
    subcommands = {UpCommand.class, DownCommand.class, StatusCommand.class, DemoCommand.class})
public final class Freshet implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description =
          "where the stack keeps everything; default: $$FRESHET_DATA, else freshet in the user's"
              + " cache folder")
  private Path data;

  /**
   * Runs one command and exits with its status: 0 done, 1 failed, 2 wrong usage.
   *
   * @param args as {@code freshet --help} lists them
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Freshet());
    new TreeMap<>(LakeCommand.COMMANDS)
        .forEach(
            (name, purpose) -> {
              CommandLine lake = new CommandLine(new LakeCommand(name));
              lake.getCommandSpec().usageMessage().description(purpose);
              commandLine.addSubcommand(name, lake);
            });
    commandLine.addSubcommand(ConnectorsMount.NAME, new ConnectorsCommand());
    return commandLine
        .setExpandAtFiles(false)
        .setExecutionStrategy(ConnectorsMount::execute)
        .setParameterExceptionHandler(Freshet::wrongUsage)
        .setExecutionExceptionHandler(Freshet::report);
  }

  private static int wrongUsage(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println("freshet: " + failure.getMessage() + suggestion(failure));
    command.getErr().println("see: " + command.getCommandSpec().qualifiedName() + " --help");
    command.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String suggestion(ParameterException failure) {
    List<String> nearest =
        failure instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return nearest.isEmpty() ? "" : "; did you mean " + String.join(" or ", nearest) + "?";
  }

  private static int report(Exception failure, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    String message = failure instanceof StackException ? failure.getMessage() : failure.toString();
    err.println("freshet: " + message);
    if (parsed.originalArgs().contains("--verbose")) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The stack that the command is about. */
  Stack stack() {
    return new Stack(data == null ? defaultData() : data, Distribution.locate());
  }

  /** The demo's stack, with data of its own, since it wipes them. */
  Stack demoStack() {
    Path own = defaultData();
    return new Stack(
        data == null ? own.resolveSibling(own.getFileName() + "-demo") : data,
        Distribution.locate());
  }

  private static Path defaultData() {
    return variable("FRESHET_DATA")
        .or(() -> variable("XDG_CACHE_HOME").map(caches -> caches.resolve("freshet")))
        .orElseGet(
            () ->
                variable("HOME")
                    .orElseGet(() -> Path.of(System.getProperty("user.home")))
                    .resolve(".cache/freshet"));
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(v -> !v.isBlank()).map(Path::of);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
