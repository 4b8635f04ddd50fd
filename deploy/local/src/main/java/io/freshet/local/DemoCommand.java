package io.freshet.local;

import io.freshet.local.demo.Demo;
import io.freshet.local.service.Stack;
import io.freshet.local.service.StackException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Runs the whole pipeline on a small generated museum, and checks the lake at its end.",
      "Its data directory is its own: by default one beside the stack's, with -demo after its name."
          + " Each run wipes it first."
    })
final class DemoCommand implements Callable<Integer> {
  /** What a shell says of a program that Ctrl-C has ended. */
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec;
  @ParentCommand private Freshet freshet;
  @Mixin private CommonOptions common;

  @Option(names = "--down", description = "stop the stack at the end")
  private boolean down;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Stack stack = freshet.demoStack();
    Demo demo = new Demo(stack, repository(), out, Clock.systemUTC());
    try {
      demo.run();
    } catch (StackException e) {
      if (demo.isInterrupted()) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("freshet: interrupted; the stack may still be up: " + stopping(stack));
        err.flush();
        return INTERRUPTED;
      }
      throw e;
    }
    if (down) {
      stack.down(new ConsoleProgress(out));
    } else {
      out.printf("%nThe stack is still up. Look around, then stop it:%n");
      out.printf("  deploy/local/freshet sql --data %s%n", stack.data().root());
      out.printf("  %s%n", stopping(stack));
    }
    out.flush();
    return 0;
  }

  private static String stopping(Stack stack) {
    return "deploy/local/freshet down --data " + stack.data().root();
  }

  /** The launcher says from which checkout it was started. */
  private static Path repository() {
    String root = System.getProperty("freshet.root");
    if (root == null) {
      throw new StackException("start the demo from a checkout, with deploy/local/freshet demo");
    }
    return Path.of(root);
  }
}
