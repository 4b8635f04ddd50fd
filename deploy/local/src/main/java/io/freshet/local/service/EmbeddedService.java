package io.freshet.local.service;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One part of the stack: a process of its own that outlives the launcher, found again by the record
 * that its start leaves in the data directory.
 */
abstract sealed class EmbeddedService
    permits ConnectService,
        KafkaService,
        MetastoreService,
        PostgresService,
        RegistryService,
        S3Service {

  /** A user's own settings for Java, Kafka or Quarkus must not reach the parts. */
  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ");

  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(15);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;
  private static final long LARGEST_LOG = 16L << 20;
  private static final int SHOWN_LINES = 8;

  private final Part part;
  private final ServiceContext context;

  EmbeddedService(Part part, ServiceContext context) {
    this.part = part;
    this.context = context;
  }

  /** Which part this is. */
  public final Part part() {
    return part;
  }

  final ServiceContext context() {
    return context;
  }

  /** The part's own folder. */
  final Path home() {
    return context.data().of(part);
  }

  /** Where its output goes. */
  public final Path logFile() {
    return context.data().logFile(part);
  }

  /** Parts that must be healthy before this one starts. */
  public Set<Part> needs() {
    return Set.of();
  }

  /** Where clients reach it, by the names used in {@code status --json}; no secrets. */
  public abstract Map<String, Object> endpoint();

  /** Asks it whether it does its work. Returns within a few seconds. */
  public abstract Health health();

  /** Writes the files it reads at start, and says how to start it. */
  abstract Launch launch() throws IOException, InterruptedException;

  /** The signal that makes it stop at once and in order. */
  String stopSignal() {
    return "TERM";
  }

  /**
   * Processes of this part that its record doesn't name: a start was cut short, or a parent died.
   */
  List<Long> strays() {
    return Proc.withArgument(context.mark(part));
  }

  /** Whether the process runs, healthy or not. */
  public final boolean isRunning() {
    return running().isPresent();
  }

  /** The process, if it runs. */
  public final OptionalLong pid() {
    return running().map(ProcessRecord::pid).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** Resident memory of the process in bytes, 0 if it doesn't run. */
  public final long residentBytes() {
    return pid().stream().map(Proc::residentBytes).sum();
  }

  private Optional<ProcessRecord> running() {
    try {
      return ProcessRecord.read(processFile()).filter(ProcessRecord::isAlive);
    } catch (IOException e) {
      throw new StackException(processFile() + " can't be read: " + Failures.reason(e), e);
    }
  }

  private Path processFile() {
    return context.data().processFile(part);
  }

  /**
   * Brings the part up: starts it, restarts it if it hangs or was started with other settings, or
   * leaves it alone.
   *
   * @return what was done, in one word
   * @throws StackException if it doesn't become healthy, with the end of its log
   */
  public final String start() throws IOException, InterruptedException {
    Files.createDirectories(home());
    Launch launch = launch();
    Optional<ProcessRecord> running = running();
    if (running.isPresent()) {
      boolean asWanted = running.get().fingerprint().equals(launch.fingerprint());
      if (asWanted && awaitHealth(running.get(), RECOVERY_LIMIT).healthy()) {
        return "running";
      }
      stop();
    }
    clearRemains();
    // Native libraries that a killed JVM had unpacked stay behind in it.
    Path scratch = home().resolve("tmp");
    FileTree.delete(scratch);
    Files.createDirectory(scratch);
    rotateLog();
    long logBegin = LogTail.length(logFile());
    ProcessRecord started = spawn(launch);
    Health health = awaitHealth(started, START_LIMIT);
    if (!health.healthy()) {
      String what =
          started.isAlive()
              ? "isn't healthy after " + START_LIMIT.toSeconds() + " s: " + health.detail()
              : "ended while starting";
      throw failure(what, logBegin);
    }
    return running.isPresent() ? "restarted" : "started";
  }

  private ProcessRecord spawn(Launch launch) throws IOException {
    List<String> command = new ArrayList<>();
    // A session of its own: neither Ctrl-C nor the terminal's end reaches it.
    command.add("setsid");
    command.addAll(launch.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(launch.directory().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().putAll(launch.environment());
    builder.environment().putAll(launch.secrets());
    try {
      ProcessRecord started = ProcessRecord.of(builder.start().pid(), launch.fingerprint());
      started.write(processFile());
      return started;
    } catch (IOException e) {
      throw new StackException(
          "%s can't be started: %s".formatted(part.label(), Failures.reason(e)), e);
    }
  }

  private Health awaitHealth(ProcessRecord process, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Health health = health();
    while (!health.healthy() && process.isAlive() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      health = health();
    }
    // Another server on this port may answer for a process that has ended.
    return process.isAlive() ? health : Health.unhealthy("its process has ended");
  }

  private StackException failure(String what, long logBegin) {
    StringBuilder message = new StringBuilder();
    message.append(part.label()).append(' ').append(what).append("; log: ").append(logFile());
    for (String line : LogTail.read(logFile(), logBegin, SHOWN_LINES)) {
      message.append("\n  | ").append(line);
    }
    return new StackException(message.toString());
  }

  private void rotateLog() throws IOException {
    if (Files.exists(logFile()) && Files.size(logFile()) > LARGEST_LOG) {
      Path old = logFile().resolveSibling(logFile().getFileName() + ".1");
      Files.move(logFile(), old, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Stops the part, by SIGKILL if it doesn't in time.
   *
   * @return what was done, in one word
   */
  public final String stop() throws IOException, InterruptedException {
    Optional<ProcessRecord> running = running();
    boolean inOrder = true;
    if (running.isPresent()) {
      inOrder = running.get().end(stopSignal(), STOP_LIMIT);
    }
    boolean hadStrays = clearRemains();
    if (running.isEmpty() && !hadStrays) {
      return "not running";
    }
    return inOrder ? "stopped" : "killed";
  }

  /**
   * Ends what a killed process left running, so that its port and files are free.
   *
   * @return whether there was anything
   */
  final boolean clearRemains() throws IOException, InterruptedException {
    if (isRunning()) {
      return false;
    }
    ProcessRecord.forget(processFile());
    List<Long> strays = strays();
    for (long pid : strays) {
      ProcessRecord.of(pid, "").end(stopSignal(), STOP_LIMIT);
    }
    cleanUp();
    return !strays.isEmpty();
  }

  /** Removes files that would keep the next start from working; no process of the part runs. */
  void cleanUp() throws IOException {}
}
