package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.LakeConfig;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process writes a table, and which one looks after it. A claim is an object that only one
 * process can create; later claims of the same thing have higher numbers, and the highest stands.
 * It holds as long as its job lives, which the job's one heartbeat shows, whatever the number of
 * its tables.
 *
 * <p>A job is dead when it took its heartbeat away, when it was a process of this machine that runs
 * no more, or when the heartbeat stood still for the whole of the lease's time, by the watcher's
 * own clock. A job that was merely paused learns at its next commit that its lease is gone.
 */
public final class Leases implements AutoCloseable {
  /** What is claimed of a table. */
  public enum Role {
    /** To commit to it. */
    WRITER,
    /** To compact, clean and archive it. */
    SERVICES
  }

  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final String FOLDER = ".freshet/";
  private static final String NOBODY = "";

  /** What a maintenance job calls itself. */
  public static final String MAINTAIN = "maintain";

  private final LeaseStore store;
  private final Duration time;
  private final Set<String> dead = new HashSet<>();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lease-heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  /** Guards what follows; a beat may be due while a claim waits for another job's. */
  private final Object beatLock = new Object();

  private final JobIdentity self;
  private long beats;
  private long beatAt;
  private boolean beating;
  private boolean lost;

  Leases(LeaseStore store, Duration time, String command) {
    this.store = store;
    this.time = time;
    this.self = JobIdentity.own(command);
  }

  /**
   * Leases of the tables of a warehouse.
   *
   * @param command what this process runs, for the messages that others print
   */
  public static Leases open(LakeConfig config, Configuration hadoop, String command) {
    return open(config.warehouse(), config.lease(), hadoop, command);
  }

  /**
   * The same.
   *
   * @param warehouse the tables' folder
   * @param time how long tables stay a job's own when it shows no life
   */
  public static Leases open(URI warehouse, Duration time, Configuration hadoop, String command) {
    LeaseStore store =
        List.of("s3", "s3a", "s3n").contains(warehouse.getScheme())
            ? new S3LeaseStore(warehouse.getHost(), prefix(warehouse), hadoop)
            : new FileLeaseStore(new Path(warehouse), hadoop);
    return new Leases(store, time, command);
  }

  private static String prefix(URI warehouse) {
    String path = warehouse.getPath().replaceAll("^/+|/+$", "");
    return path.isEmpty() ? "" : path + "/";
  }

  /**
   * Claims a table. A maintenance job holds one for moments only, so it is waited for.
   *
   * @param table {@code database.table}
   * @throws LakeException if another job that lives holds it, naming that
   */
  public void claim(Role role, String table) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos() * 2;
    Optional<JobIdentity> holder = tryClaim(role, table);
    while (holder.isPresent()) {
      boolean passing = role == Role.WRITER && holder.get().command().equals(MAINTAIN);
      if (!passing || System.nanoTime() > deadline) {
        throw heldBy(holder.get(), role, table);
      }
      TimeUnit.MILLISECONDS.sleep(200);
      holder = tryClaim(role, table);
    }
  }

  private static LakeException heldBy(JobIdentity holder, Role role, String table) {
    return new LakeException(
        role == Role.WRITER
            ? "%s is written by another job (%s); a table has one writer: stop that job, or leave the table out of this one"
                .formatted(table, holder.description())
            : "%s is compacted, cleaned and archived by another job (%s); stop that job, or let it leave this to maintain with services.beside-ingest: false"
                .formatted(table, holder.description()));
  }

  /**
   * Claims a table, if it is free.
   *
   * @return who holds it instead; empty if this job does now
   */
  synchronized Optional<JobIdentity> tryClaim(Role role, String table) throws InterruptedException {
    startBeating();
    String folder = folder(role, table);
    while (true) {
      List<String> claims = store.list(folder);
      long next = 0;
      if (!claims.isEmpty()) {
        String newest = claims.get(claims.size() - 1);
        String job = store.read(folder + newest).orElse(NOBODY);
        if (job.equals(self.job())) {
          return Optional.empty();
        }
        Optional<JobIdentity> holder = living(job);
        if (holder.isPresent()) {
          return holder;
        }
        next = Long.parseLong(newest) + 1;
      }
      String mine = "%020d".formatted(next);
      if (store.create(folder + mine, self.job()) && isNewest(folder, mine)) {
        claims.forEach(older -> store.delete(folder + older));
        return Optional.empty();
      }
    }
  }

  private static String folder(Role role, String table) {
    return FOLDER + "leases/" + table + "/" + role.name().toLowerCase(Locale.ROOT) + "/";
  }

  private boolean isNewest(String folder, String claim) {
    List<String> claims = store.list(folder);
    return claims.get(claims.size() - 1).equals(claim);
  }

  /**
   * Does something as the table's writer, if it has none at the moment.
   *
   * @return whether it was done
   */
  public boolean asWriter(String table, Runnable work) throws InterruptedException {
    if (tryClaim(Role.WRITER, table).isPresent()) {
      return false;
    }
    try {
      work.run();
      return true;
    } finally {
      release(Role.WRITER, table);
    }
  }

  private synchronized void release(Role role, String table) {
    String folder = folder(role, table);
    List<String> claims = store.list(folder);
    String newest = claims.isEmpty() ? NOBODY : claims.get(claims.size() - 1);
    if (!newest.isEmpty() && store.read(folder + newest).equals(Optional.of(self.job()))) {
      String next = "%020d".formatted(Long.parseLong(newest) + 1);
      if (store.create(folder + next, NOBODY)) {
        store.delete(folder + newest);
      }
    }
  }

  /** The job of that name, unless it is dead. Watches it for the lease's time if need be. */
  private Optional<JobIdentity> living(String job) throws InterruptedException {
    if (job.isEmpty() || dead.contains(job)) {
      return Optional.empty();
    }
    Optional<String> first = store.read(heartbeat(job));
    if (first.isPresent() && !first.get().isEmpty() && JobIdentity.fromJson(first.get()).isGone()) {
      store.delete(heartbeat(job));
      first = Optional.empty();
    }
    long deadline = System.nanoTime() + time.toNanos();
    while (first.isPresent() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(Math.max(50, time.toMillis() / 20));
      Optional<String> now = store.read(heartbeat(job));
      if (now.isEmpty()) {
        first = now;
      } else if (!now.equals(first) && !now.get().isEmpty()) {
        return now.map(JobIdentity::fromJson);
      }
    }
    if (first.isPresent()) {
      LOG.warn(
          "{} has shown no life for {} s; its tables are taken over",
          first.get(),
          time.toSeconds());
      store.create(death(job), "its heartbeat stood still");
      store.delete(heartbeat(job));
    }
    dead.add(job);
    return Optional.empty();
  }

  private static String heartbeat(String job) {
    return FOLDER + "jobs/" + job;
  }

  private static String death(String job) {
    return FOLDER + "jobs/" + job + ".dead";
  }

  private void startBeating() {
    if (!beating) {
      beat();
      beating = true;
      long pause = time.toMillis() / 3;
      heart.scheduleWithFixedDelay(this::tryBeat, pause, pause, TimeUnit.MILLISECONDS);
    }
  }

  private void tryBeat() {
    try {
      beat();
    } catch (RuntimeException unreachable) {
      LOG.warn("the lease of this job could not be renewed ({})", unreachable.getMessage());
    }
  }

  private void beat() {
    long now = System.nanoTime();
    if (store.read(death(self.job())).isPresent()) {
      synchronized (beatLock) {
        lost = true;
      }
      return;
    }
    synchronized (beatLock) {
      beats++;
      store.put(heartbeat(self.job()), self.at(beats).toJson());
      beatAt = now;
    }
  }

  /**
   * Makes sure that this job may still commit; called before each commit, it asks the store only
   * where the heartbeat is late.
   *
   * @throws LeaseLostException if another job has taken over
   */
  public void requireHeld() {
    boolean late;
    synchronized (beatLock) {
      late = System.nanoTime() - beatAt > time.toNanos() * 2 / 3;
    }
    if (late) {
      beat();
    }
    if (isLost()) {
      throw new LeaseLostException(
          "this job was paused or cut off for longer than its lease of %d s, and another has taken its tables over; it ends without a further commit"
              .formatted(time.toSeconds()));
    }
  }

  /** Whether another job has taken this one for dead. */
  public boolean isLost() {
    synchronized (beatLock) {
      return lost;
    }
  }

  /** Gives all claims back. */
  @Override
  public void close() {
    // A beat under way is not cut off: it would look like a store that can't be reached.
    heart.shutdown();
    try {
      if (heart.awaitTermination(5, TimeUnit.SECONDS) && beating) {
        store.delete(heartbeat(self.job()));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException unreachable) {
      LOG.warn("the lease could not be given back ({}); it runs out", unreachable.getMessage());
    } finally {
      store.close();
    }
  }
}
