package io.freshet.connect.s3;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.Part;
import io.freshet.local.service.Progress;
import io.freshet.local.service.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The embedded stack's schema registry, and no more of the stack. */
final class BenchmarkRegistry implements AutoCloseable {
  private final Stack stack;

  BenchmarkRegistry() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "benchmark-");
    stack = new Stack(folder.resolve("stack"), Distribution.locate());
    stack.stopAfter(ProcessHandle.current());
    stack.up(Set.of(Part.REGISTRY), Progress.SILENT);
  }

  String url() {
    return stack.environment().get("FRESHET_REGISTRY_URL");
  }

  @Override
  public void close() {
    stack.down(Progress.SILENT);
  }
}
