package io.freshet.local.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The embedded stack of one data directory. Its parts are processes that outlive this object and
 * this JVM; any number of objects may stand for the same stack.
 */
public final class Stack {
  private static final Duration JOB_STOP_LIMIT = Duration.ofSeconds(60);

  private final DataDirectory data;
  private final Distribution distribution;

  /**
   * @param dataDirectory where the stack keeps everything; created at its first start
   */
  public Stack(Path dataDirectory, Distribution distribution) {
    this.data = new DataDirectory(dataDirectory);
    this.distribution = distribution;
  }

  /** Where the stack keeps everything. */
  public DataDirectory data() {
    return data;
  }

  Distribution distribution() {
    return distribution;
  }

  /** Brings up all parts. See {@link #up(Set, Progress)}. */
  public void up(Progress progress) {
    up(EnumSet.allOf(Part.class), progress);
  }

  /**
   * Starts those of the parts that aren't running, side by side, and returns when all are healthy.
   * What they need is started with them.
   *
   * @throws StackException if a part can't be started; the others stay up
   */
  public void up(Set<Part> parts, Progress progress) {
    data.prepare();
    guarded(
        () ->
            StackLock.holding(
                data.lockFile(),
                () -> {
                  upLocked(parts, progress);
                  return null;
                }));
  }

  private void upLocked(Set<Part> parts, Progress progress)
      throws IOException, InterruptedException {
    requireSecretsOfOldData();
    Secrets secrets = Secrets.loadOrGenerate(data.secretsFile());
    Ports ports = Ports.load(data.portsFile());
    ServiceContext context = new ServiceContext(data, distribution, ports, secrets);
    Services known = new Services(context);
    for (EmbeddedService service : known.all()) {
      service.clearRemains();
    }
    ports.settle(known.running(), progress::note);
    // Built anew: the services' endpoints follow from the ports.
    start(new Services(context), parts, progress);
  }

  /** New secrets wouldn't open what the old ones had closed. */
  private void requireSecretsOfOldData() {
    if (!Files.exists(data.secretsFile()) && Files.exists(data.of(Part.POSTGRES))) {
      throw new StackException(
          "%s is missing, and the database in %s can't be opened without; restore it, or remove %s"
              .formatted(data.secretsFile(), data.of(Part.POSTGRES), data.root()));
    }
  }

  private static void start(Services services, Set<Part> parts, Progress progress) {
    Set<Part> wanted = EnumSet.copyOf(parts);
    for (Part part : parts) {
      wanted.addAll(services.get(part).needs());
    }
    ParallelSteps steps = new ParallelSteps(progress);
    wanted.forEach(
        part -> steps.add(part, services.get(part).needs(), () -> services.get(part).start()));
    steps.run();
  }

  /**
   * Stops everything, the lake's jobs first. Parts that don't stop in order in time are killed.
   *
   * @throws StackException if a part can't be stopped
   */
  public void down(Progress progress) {
    if (!Files.isDirectory(data.root())) {
      return;
    }
    guarded(
        () ->
            StackLock.holding(
                data.lockFile(),
                () -> {
                  stopJobs(progress);
                  stopParts(progress);
                  FileTree.delete(data.scratch());
                  return null;
                }));
  }

  private void stopParts(Progress progress) {
    ParallelSteps steps = new ParallelSteps(progress);
    for (EmbeddedService service : services().all()) {
      // Connect's tasks use all the others, and stop in order only while those run.
      Set<Part> first = service.part() == Part.CONNECT ? Set.of() : Set.of(Part.CONNECT);
      steps.add(service.part(), first, service::stop);
    }
    steps.run();
  }

  private void stopJobs(Progress progress) throws IOException, InterruptedException {
    Path run = data.root().resolve("run");
    if (!Files.isDirectory(run)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "lake-*.properties")) {
      for (Path file : files) {
        ProcessRecord job = ProcessRecord.read(file).orElse(null);
        if (job != null && job.isAlive()) {
          boolean inOrder = job.end("TERM", JOB_STOP_LIMIT);
          progress.note(
              "lake job, process %d: %s".formatted(job.pid(), inOrder ? "stopped" : "killed"));
        }
        ProcessRecord.forget(file);
      }
    }
  }

  /** How every part does, asked side by side. */
  public List<PartStatus> status() {
    return services().all().parallelStream().map(PartStatus::of).toList();
  }

  /**
   * Where clients reach each part, by the part's and the endpoint's name, such as {@code
   * postgres.jdbcUrl}; no secrets.
   */
  public Map<String, Map<String, Object>> endpoints() {
    Map<String, Map<String, Object>> endpoints = new LinkedHashMap<>();
    services().all().forEach(s -> endpoints.put(s.part().label(), s.endpoint()));
    return endpoints;
  }

  /** The generated credentials. */
  public Secrets secrets() {
    return services().context().secrets();
  }

  /** Endpoints and credentials as environment variables, for a program that uses the stack. */
  public Map<String, String> environment() {
    return services().environment();
  }

  /**
   * Leaves a process behind that brings this stack down when another one has ended, however that
   * came: for tests, which must not leave servers running even when they are killed.
   *
   * @param owner the process to wait for
   */
  public void stopAfter(ProcessHandle owner) {
    guarded(
        () ->
            new ProcessBuilder(
                    "setsid",
                    "sh",
                    "-c",
                    "tail --pid=\"$1\" -f /dev/null; shift; exec \"$@\"",
                    "stop-after",
                    Long.toString(owner.pid()),
                    ServiceContext.java(),
                    "-jar",
                    distribution.servicesClassPath().toString(),
                    "down",
                    "--data",
                    data.root().toString())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
  }

  /**
   * Checks that every part runs.
   *
   * @throws StackException naming the parts that don't run
   */
  public void requireRunning() {
    requireRunning(EnumSet.allOf(Part.class));
  }

  /**
   * Checks that some parts run. Without it a command could meet another stack, which has the ports
   * that this one would have.
   *
   * @throws StackException naming those of the parts that don't run
   */
  public void requireRunning(Set<Part> parts) {
    List<String> missing = new ArrayList<>();
    services().all().stream()
        .filter(service -> parts.contains(service.part()) && !service.isRunning())
        .forEach(service -> missing.add(service.part().label()));
    if (!missing.isEmpty()) {
      throw new StackException(
          "not running: %s; start with: freshet up --data %s"
              .formatted(String.join(", ", missing), data.root()));
    }
  }

  private Services services() {
    return guarded(
        () ->
            new Services(
                new ServiceContext(
                    data,
                    distribution,
                    Ports.load(data.portsFile()),
                    Secrets.load(data.secretsFile()))));
  }

  private <T> T guarded(StackLock.Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new StackException(data.root() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }
}
