package io.freshet.local.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
  @TempDir private Path directory;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void secretsAreGeneratedOnceAndForTheOwnerAlone() throws IOException {
    Path file = directory.resolve("secrets.properties");
    Secrets first = Secrets.loadOrGenerate(file);
    assertThat(mode(file)).isEqualTo("rw-------");
    Secrets second = Secrets.loadOrGenerate(file);
    assertThat(second.postgresPassword()).isEqualTo(first.postgresPassword()).hasSize(32);
    assertThat(second.s3SecretKey()).isEqualTo(first.s3SecretKey()).hasSize(40);
    assertThat(first.toString()).doesNotContain(first.s3SecretKey(), first.postgresPassword());
    assertThat(Secrets.loadOrGenerate(directory.resolve("other")).postgresPassword())
        .isNotEqualTo(first.postgresPassword());
  }

  @Test
  void theDataDirectoryIsForTheOwnerAlone() throws IOException {
    DataDirectory data = new DataDirectory(directory.resolve("a/b"));
    data.prepare(0);
    assertThat(mode(data.root())).isEqualTo("rwx------");
  }

  @Test
  void aFullDiskIsNamedWithItsNumbers() {
    DataDirectory data = new DataDirectory(directory.resolve("full"));
    assertThatThrownBy(() -> data.prepare(Long.MAX_VALUE))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(data.root().toString())
        .hasMessageMatching(".*nearly full: \\d+ MB free, \\d+ MB needed.*");
  }

  @Test
  void aFileIsNoDataDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> new DataDirectory(file).prepare(0))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(file + " is a file");
    assertThatThrownBy(() -> new DataDirectory(file.resolve("under")).prepare(0))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("can't be written");
  }

  @Test
  void onlyOneLauncherWorksInADataDirectory() throws Exception {
    Path lock = directory.resolve("lock");
    assertThatThrownBy(() -> StackLock.holding(lock, () -> StackLock.holding(lock, () -> "both")))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    assertThat(StackLock.<String>holding(lock, () -> "alone")).isEqualTo("alone");
  }

  @Test
  void theEndOfALogLeavesOutFramesAndEarlierRuns() throws IOException {
    Path log = directory.resolve("log");
    Files.writeString(log, "an earlier run's end\n");
    long begin = LogTail.length(log);
    Files.writeString(
        log,
        "earlier\none\nboom\n\tat some.Frame\n\ncause\n",
        java.nio.file.StandardOpenOption.WRITE);
    assertThat(LogTail.read(log, 0, 2)).containsExactly("boom", "cause");
    Files.writeString(log, "12345678901234567890\nlate\n\tat x\n");
    assertThat(LogTail.read(log, begin, 8)).containsExactly("late");
  }

  @Test
  void aFingerprintTellsSettingsApartAndHoldsNoSecret() {
    Launch one = launch("a", "secret");
    assertThat(one.fingerprint()).isEqualTo(launch("a", "other secret").fingerprint());
    assertThat(one.fingerprint()).isNotEqualTo(launch("b", "secret").fingerprint());
  }

  private Launch launch(String endpoint, String secret) {
    return new Launch(
        List.of("run"),
        java.util.Map.of("ENDPOINT", endpoint),
        java.util.Map.of("SECRET", secret),
        "",
        directory);
  }
}
