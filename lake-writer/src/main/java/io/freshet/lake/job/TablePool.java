package io.freshet.lake.job;

import io.freshet.lake.LakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads that work through the tables with something to do, in turn: a table that has just
 * committed goes behind the others, and one that fails waits without holding a thread.
 */
final class TablePool {
  private static final Logger LOG = LoggerFactory.getLogger(TablePool.class);
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final List<TableWorker> turn = new ArrayList<>();
  private final Set<TableWorker> running = new HashSet<>();
  private final Consumer<TableWorker> onNewShape;
  private final int attempts;
  private final List<Thread> threads = new ArrayList<>();
  private boolean stopping;
  private Error fatal;

  /**
   * @param concurrent tables that are written at the same time
   * @param attempts after how many failures in a row a table is given up; {@link Integer#MAX_VALUE}
   *     for never
   * @param onNewShape called after a commit that the metastore should learn of
   */
  TablePool(int concurrent, int attempts, Consumer<TableWorker> onNewShape) {
    this.attempts = attempts;
    this.onNewShape = onNewShape;
    for (int i = 0; i < concurrent; i++) {
      Thread thread = new Thread(this::work, "table-writer-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Takes a table in. */
  synchronized void add(TableWorker table) {
    turn.add(table);
  }

  /** Lets a table go, after its commit under way. */
  synchronized void remove(TableWorker table) throws InterruptedException {
    turn.remove(table);
    while (running.contains(table)) {
      wait(IDLE.toMillis());
    }
  }

  /** Says that a table may have new work. */
  synchronized void wake() {
    notifyAll();
  }

  /** Waits until no table has work that it could still do. */
  synchronized void awaitIdle() throws InterruptedException {
    while (!stopping && (!running.isEmpty() || turn.stream().anyMatch(this::wantsToRun))) {
      wait(IDLE.toMillis());
    }
  }

  /** Begins no other commit. */
  synchronized void stopSoon() {
    stopping = true;
    notifyAll();
  }

  /**
   * Lets the commits under way finish, and begins no other.
   *
   * @param patience how long to wait for them; what is cut off is rolled back by the next start
   */
  void stop(Duration patience) throws InterruptedException {
    stopSoon();
    long deadline = System.nanoTime() + patience.toNanos();
    for (Thread thread : threads) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      thread.join(Math.max(1, left));
      if (thread.isAlive()) {
        LOG.warn("a commit under way is cut off; the next start rolls it back");
      }
    }
  }

  private void work() {
    try {
      Optional<TableWorker> next = take();
      while (next.isPresent()) {
        run(next.get());
        next = take();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Error broken) {
      giveUp(broken);
    }
  }

  /** An Error, such as no memory left, is not one table's trouble: the whole job ends on it. */
  synchronized void giveUp(Error broken) {
    fatal = broken;
    stopping = true;
    notifyAll();
  }

  /**
   * @throws LakeException if the writers broke and nothing is written any more
   */
  synchronized void requireAlive() {
    if (fatal != null) {
      throw new LakeException("writing broke off: " + fatal, fatal);
    }
  }

  /** Why the writers broke; empty while they work. */
  synchronized Optional<String> broken() {
    return Optional.ofNullable(fatal).map(cause -> "writing broke off: " + cause);
  }

  private void run(TableWorker table) {
    try {
      if (table.commitNext()) {
        onNewShape.accept(table);
      }
      table.failure().ifPresent(failure -> report(table, failure));
    } finally {
      release(table);
    }
  }

  private static void report(TableWorker table, Exception failure) {
    long again = table.untilDue().toMillis();
    String reason = String.valueOf(failure.getMessage());
    if (failure instanceof LakeException) {
      LOG.error("does not advance table={} retry_ms={} reason=\"{}\"", table.name(), again, reason);
      LOG.debug("{}", table.name(), failure);
    } else {
      LOG.error("does not advance table={} retry_ms={}", table.name(), again, failure);
    }
  }

  private synchronized Optional<TableWorker> take() throws InterruptedException {
    while (!stopping) {
      Duration wait = IDLE;
      for (TableWorker table : turn) {
        if (!running.contains(table) && wantsToRun(table)) {
          Duration due = table.untilDue();
          if (due.isZero()) {
            turn.remove(table);
            turn.add(table);
            running.add(table);
            return Optional.of(table);
          }
          wait = due.compareTo(wait) < 0 ? due : wait;
        }
      }
      wait(Math.max(1, wait.toMillis()));
    }
    return Optional.empty();
  }

  private boolean wantsToRun(TableWorker table) {
    return table.hasWork() && table.failures() < attempts;
  }

  private synchronized void release(TableWorker table) {
    running.remove(table);
    notifyAll();
  }
}
