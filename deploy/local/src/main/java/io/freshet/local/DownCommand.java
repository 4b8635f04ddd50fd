package io.freshet.local;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "down", description = "Stops everything; the data stays.")
final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private Freshet freshet;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    freshet.stack().down(new ConsoleProgress(spec.commandLine().getOut()));
    return 0;
  }
}
