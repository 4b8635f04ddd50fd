package io.freshet.local;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "down", description = "Stops everything; the data stays.")
final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    options.stack().down(new ConsoleProgress(spec.commandLine().getOut()));
    return 0;
  }
}
