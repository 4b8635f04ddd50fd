package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A process that outlives the one that started it. A pid alone could by now be another's: the
 * process's start, in clock ticks since that boot, tells them apart.
 *
 * @param pid process id
 * @param startTicks field 22 of {@code /proc/<pid>/stat}
 * @param bootId the kernel's id of the boot that the ticks count from
 * @param fingerprint what it was started with; differs when the same part would be started
 *     otherwise
 */
record ProcessRecord(long pid, long startTicks, String bootId, String fingerprint) {
  private static final long POLL_MILLIS = 20;

  /** The record of a process that was just started. */
  static ProcessRecord of(long pid, String fingerprint) throws IOException {
    long ticks = Proc.stat(pid).map(Proc.Stat::startTicks).orElse(-1L);
    return new ProcessRecord(pid, ticks, Proc.bootId(), fingerprint);
  }

  static Optional<ProcessRecord> read(Path file) throws IOException {
    Properties stored = PropertyFiles.read(file);
    try {
      return stored.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new ProcessRecord(
                  Long.parseLong(stored.getProperty("pid")),
                  Long.parseLong(stored.getProperty("start.ticks")),
                  stored.getProperty("boot.id", ""),
                  stored.getProperty("fingerprint", "")));
    } catch (NumberFormatException damaged) {
      throw new StackException(
          file + " is damaged; remove it after ending the process it names", damaged);
    }
  }

  void write(Path file) throws IOException {
    Properties stored = new Properties();
    stored.setProperty("pid", Long.toString(pid));
    stored.setProperty("start.ticks", Long.toString(startTicks));
    stored.setProperty("boot.id", bootId);
    stored.setProperty("fingerprint", fingerprint);
    PropertyFiles.write(file, stored);
  }

  /** Whether this very process still runs; one that ended and wasn't reaped doesn't. */
  boolean isAlive() {
    return bootId.equals(Proc.bootId())
        && Proc.stat(pid)
            .map(stat -> stat.startTicks() == startTicks && !stat.hasEnded())
            .orElse(false);
  }

  /**
   * Ends the process: the signal first, SIGKILL when it hasn't ended in time.
   *
   * @param signal name as {@code kill} takes it, such as TERM
   * @return whether it ended by itself
   */
  boolean end(String signal, Duration patience) throws InterruptedException {
    if (!isAlive()) {
      return true;
    }
    Proc.signal(signal, pid);
    if (awaitEnd(patience)) {
      return true;
    }
    Proc.signal("KILL", pid);
    if (!awaitEnd(Duration.ofSeconds(10))) {
      throw new StackException("process " + pid + " doesn't end, not even by SIGKILL");
    }
    return false;
  }

  private boolean awaitEnd(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  static void forget(Path file) throws IOException {
    Files.deleteIfExists(file);
  }
}
