package io.freshet.local;

import io.freshet.local.service.SparkProcess;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Unmatched;

/** Passes a command of the lake writer on to it, with the stack's endpoints filled in. */
@Command
final class LakeCommand implements Callable<Integer> {
  /** The lake writer's {@code status}; the launcher's own is about the stack. */
  private static final String INGEST_STATUS = "ingest-status";

  /** The lake writer's commands, and what each is for. */
  static final Map<String, String> COMMANDS =
      Map.of(
          "snapshot",
          "Loads PostgreSQL's tables into new tables of the lake, for the source connector to go on.",
          "ingest",
          "Writes landed changes to the lake's tables.",
          INGEST_STATUS,
          "Shows how each table of an ingest does: rows, lag, freshness, failures.",
          "sql",
          "Runs a Spark SQL query on the lake, or a shell.",
          "verify",
          "Compares the lake's tables with PostgreSQL's, while both change.",
          "repair",
          "Writes rows that differ from PostgreSQL's anew.");

  private final String name;

  @ParentCommand private Freshet freshet;
  @Unmatched private final List<String> arguments = new ArrayList<>();

  LakeCommand(String name) {
    this.name = name;
  }

  @Override
  public Integer call() throws InterruptedException {
    Stack stack = freshet.stack();
    if (arguments.stream().noneMatch(List.of("-h", "--help", "-V", "--version")::contains)) {
      stack.requireRunning();
    }
    List<String> all = new ArrayList<>(List.of(name.equals(INGEST_STATUS) ? "status" : name));
    all.addAll(arguments);
    SparkProcess lake = SparkProcess.start(stack, SparkProcess.prepare(stack, all).inheritIO());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endWith(lake), "forward-signal"));
    return lake.waitFor();
  }

  /** Runs when this JVM is told to end: the child is told, and its end becomes this one's. */
  private static void endWith(SparkProcess lake) {
    lake.terminate();
    try {
      Runtime.getRuntime().halt(lake.waitFor());
    } catch (InterruptedException e) {
      throw new StackException("interrupted while waiting for the lake writer's end", e);
    }
  }
}
