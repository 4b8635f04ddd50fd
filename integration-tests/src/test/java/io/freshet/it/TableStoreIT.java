package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.Part;
import io.freshet.local.service.Progress;
import io.freshet.local.service.Stack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a writer knows of its table on S3 without asking, and what it must not take for granted: a
 * writer that stood still may have been replaced.
 */
class TableStoreIT {
  @TempDir Path folder;
  private Stack stack;

  @BeforeEach
  void start() {
    stack = new Stack(folder.resolve("stack"), Distribution.locate());
    stack.stopAfter(ProcessHandle.current());
    stack.up(Set.of(Part.S3), Progress.SILENT);
  }

  @AfterEach
  void stop() {
    stack.down(Progress.SILENT);
  }

  @Test
  void aReplacedWriterSeesThatItsCommitIsGone() throws Exception {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            Distribution.locate().sparkClassPath().toString(),
            Path.of(
                    System.getProperty("freshet.root"),
                    "integration-tests/src/test/store/TwoProcesses.java")
                .toString());
    builder.environment().putAll(stack.environment());
    Process process = builder.redirectError(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    List<String> said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", said, Files.readString(log)).isZero();
    assertThat(said)
        .containsExactly(
            "writer: TableFileSystem",
            "other: S3AFileSystem",
            "held, listed: 1",
            "inflight, other: under way",
            "listed with what the writer wrote: 2",
            "inflight, writer: true",
            "rolled back, exists: false",
            "rolled back, status: gone",
            "requested again: refused",
            "completed, other: done",
            "completed, remembered: done",
            "not held, listed: [20261121153433389.deltacommit.requested, 20261121153500000.clean.requested]",
            "properties: old",
            "properties, held: old",
            "properties, own: own",
            "properties, not held: new",
            "marker, before: false false",
            "marker, writer: true true",
            "marker, other: true",
            "markers deleted, writer: false false",
            "markers deleted, other: false",
            "another's markers: true true",
            "another's markers deleted: false",
            "log file, before: false",
            "log file, other: block, 5 bytes",
            "large log file, before: false",
            "large log file, other: 17825792 bytes, 17825792 bytes",
            "another's log file: refused");
  }
}
