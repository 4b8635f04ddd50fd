package io.freshet.local;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.Stack;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which stack a command is about. */
final class StackOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where the stack keeps everything (default: ${DEFAULT-VALUE})",
      defaultValue = "${env:FRESHET_DATA:-${freshet.default.data}}")
  private Path data;

  Stack stack() {
    return new Stack(data, Distribution.locate());
  }

  /** The user's cache folder, as XDG names it. */
  static Path defaultData() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("freshet");
  }
}
