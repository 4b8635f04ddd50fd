package io.freshet.local;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command understands. */
@Command(mixinStandardHelpOptions = true)
final class CommonOptions {
  @Option(names = "--verbose", description = "show stack traces of errors")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }
}
