package io.freshet.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.service.Distribution;
import io.freshet.local.service.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, as a user calls it. */
class DemoIT {
  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void guard() {
    data = folder.resolve("demo");
    new Stack(data, Distribution.locate()).stopAfter(ProcessHandle.current());
  }

  /** A demo that fails leaves its stack up for a look. */
  @AfterEach
  void stop() throws Exception {
    freshet("down");
  }

  @Test
  void checksItsOwnEndState() throws Exception {
    Path output = freshet("demo", "--down");
    assertThat(output).content().contains("6 states as of their instants", "All checks passed");
  }

  private Path freshet(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("freshet.root"), "deploy/local/freshet").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    Path output = folder.resolve(arguments[0] + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("FRESHET_SKIP_BUILD", "1");
    Process process = builder.start();
    assertThat(process.waitFor(8, TimeUnit.MINUTES)).as(Files.readString(output)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    return output;
  }
}
