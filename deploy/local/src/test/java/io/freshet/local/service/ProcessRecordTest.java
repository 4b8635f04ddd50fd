package io.freshet.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRecordTest {
  private Process process;

  @TempDir private Path directory;

  private ProcessRecord sleeping(String... command) throws IOException {
    process = new ProcessBuilder(command).start();
    return ProcessRecord.of(process.pid(), "print");
  }

  @AfterEach
  void endProcess() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void findsTheProcessAgain() throws IOException {
    ProcessRecord record = sleeping("sleep", "60");
    Path file = directory.resolve("record");
    record.write(file);
    assertThat(ProcessRecord.read(file)).contains(record);
    assertThat(record.isAlive()).isTrue();
  }

  @Test
  void isNotFooledByAnotherProcessWithItsPid() throws Exception {
    ProcessRecord record = sleeping("sleep", "60");
    ProcessRecord earlier =
        new ProcessRecord(record.pid(), record.startTicks() - 1, record.bootId(), "print");
    ProcessRecord otherBoot =
        new ProcessRecord(record.pid(), record.startTicks(), "another boot", "print");
    assertThat(earlier.isAlive()).isFalse();
    assertThat(otherBoot.isAlive()).isFalse();
    assertThat(earlier.end("KILL", Duration.ofSeconds(1))).isTrue();
    assertThat(process.isAlive()).as("the other process").isTrue();
  }

  @Test
  void endsInOrderWhenTheProcessHeeds() throws Exception {
    ProcessRecord record = sleeping("sleep", "60");
    assertThat(record.end("TERM", Duration.ofSeconds(10))).isTrue();
    assertThat(record.isAlive()).isFalse();
  }

  @Test
  void killsWhatDoesNotHeed() throws Exception {
    process =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done")
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("deaf");
    ProcessRecord record = ProcessRecord.of(process.pid(), "print");
    assertThat(record.end("TERM", Duration.ofMillis(300))).isFalse();
    assertThat(record.isAlive()).isFalse();
  }

  @Test
  void findsProcessesByArgumentAndByDirectory() throws IOException {
    String mark = "61." + System.nanoTime();
    ProcessRecord record = sleeping("sleep", mark);
    assertThat(Proc.withArgument(mark)).containsExactly(record.pid());
    process.destroyForcibly();
    process = new ProcessBuilder("sleep", "60").directory(directory.toFile()).start();
    assertThat(Proc.workingIn(directory)).containsExactly(process.pid());
  }
}
