package io.freshet.local;

import io.freshet.local.service.StackException;
import java.io.PrintWriter;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The launcher's command line. */
@Command(
    name = "freshet",
    description = "Runs the whole pipeline on this machine.",
    subcommands = {UpCommand.class, DownCommand.class, StatusCommand.class})
public final class Freshet implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  /**
   * Runs one command and exits with its status: 0 done, 1 failed, 2 wrong usage.
   *
   * @param args as {@code freshet --help} lists them
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    System.setProperty("freshet.default.data", StackOptions.defaultData().toString());
    CommandLine commandLine = new CommandLine(new Freshet());
    new TreeMap<>(LakeCommand.COMMANDS)
        .forEach(
            (name, purpose) -> {
              CommandLine lake = new CommandLine(new LakeCommand(name));
              lake.getCommandSpec().usageMessage().description(purpose);
              commandLine.addSubcommand(name, lake);
            });
    return commandLine.setExpandAtFiles(false).setExecutionExceptionHandler(Freshet::report);
  }

  private static int report(Exception failure, CommandLine commandLine, ParseResult parsed)
      throws Exception {
    PrintWriter err = commandLine.getErr();
    err.println(
        "freshet: "
            + (failure instanceof StackException ? failure.getMessage() : failure.toString()));
    if (parsed.originalArgs().contains("--verbose")) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
