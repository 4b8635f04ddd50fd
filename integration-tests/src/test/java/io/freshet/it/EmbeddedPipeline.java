package io.freshet.it;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.LakeSql;
import io.freshet.local.service.Part;
import io.freshet.local.service.PartStatus;
import io.freshet.local.service.Progress;
import io.freshet.local.service.SparkProcess;
import io.freshet.local.service.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The stack of {@code deploy/local}, one for all suites of a test run. */
final class EmbeddedPipeline implements Pipeline {
  private static EmbeddedPipeline shared;

  private final Path folder;
  private final Stack stack;
  private LakeSql sql;

  private EmbeddedPipeline() throws IOException {
    folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "freshet-it-");
    stack = new Stack(folder.resolve("stack"), Distribution.locate());
    // Whatever ends this JVM, kill -9 included, ends the servers.
    stack.stopAfter(ProcessHandle.current());
    stack.up(Progress.SILENT);
  }

  /** Started at the first call; it ends with this JVM. */
  static synchronized EmbeddedPipeline shared() {
    if (shared == null) {
      try {
        shared = new EmbeddedPipeline();
      } catch (IOException failed) {
        throw new IllegalStateException(failed);
      }
    }
    return shared;
  }

  Stack stack() {
    return stack;
  }

  @Override
  public Map<String, String> environment() {
    return stack.environment();
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public ProcessBuilder lake(List<String> arguments) {
    ProcessBuilder builder = SparkProcess.prepare(stack, arguments);
    if (!Boolean.getBoolean("freshet.benchmarks")) {
      // It lives for a minute or two: the better compiler would cost more than its code saves.
      builder.command().add(1, "-XX:TieredStopAtLevel=1");
    }
    return builder;
  }

  @Override
  public synchronized LakeSql sql() {
    if (sql == null) {
      sql = LakeSql.start(stack, folder.resolve("sql.log"));
    }
    return sql;
  }

  @Override
  public void killConnect() throws Exception {
    ProcessHandle process = connect();
    process.destroyForcibly();
    process.onExit().get();
  }

  /** Stops the Kafka Connect worker in order: its tasks are closed. */
  void stopConnect() throws Exception {
    ProcessHandle process = connect();
    process.destroy();
    process.onExit().get(1, TimeUnit.MINUTES);
  }

  private ProcessHandle connect() {
    PartStatus connect =
        stack.status().stream().filter(s -> s.part() == Part.CONNECT).findFirst().orElseThrow();
    return ProcessHandle.of(connect.pid().orElseThrow()).orElseThrow();
  }

  @Override
  public void restartConnect() {
    stack.up(Set.of(Part.CONNECT), Progress.SILENT);
  }

  @Override
  public void close() {
    // Shared with the suites that follow.
  }
}
