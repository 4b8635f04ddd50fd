package io.freshet.local;

import io.freshet.local.service.Part;
import io.freshet.local.service.Stack;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "up", description = "Starts what isn't running and waits until it is healthy.")
final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private Freshet freshet;
  @Mixin private CommonOptions common;

  @Option(
      names = "--services",
      split = ",",
      paramLabel = "NAME",
      description =
          "only these, and what they need: postgres, kafka, connect, registry, s3, metastore")
  private List<String> services = List.of();

  @Override
  public Integer call() {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    services.forEach(name -> parts.add(Part.of(name)));
    if (parts.isEmpty()) {
      parts.addAll(EnumSet.allOf(Part.class));
    }
    Stack stack = freshet.stack();
    stack.up(parts, new ConsoleProgress(spec.commandLine().getOut()));
    return 0;
  }
}
