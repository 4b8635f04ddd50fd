package io.freshet.lake.job;

import io.freshet.lake.table.MetastoreSync;
import io.freshet.lake.table.TableSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the metastore of new tables, columns and partitions, off the tables' own threads: a slow or
 * broken metastore delays what queries know, never what is committed.
 */
final class SyncQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SyncQueue.class);

  private final MetastoreSync metastore;
  private final Clock clock;
  private final Map<String, TableSpec> waiting = new LinkedHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "metastore-sync");
            made.setDaemon(true);
            return made;
          });
  private final Backoff backoff;
  private String lastFailure = "";
  private boolean syncing;

  SyncQueue(MetastoreSync metastore, Clock clock) {
    this.metastore = metastore;
    this.clock = clock;
    this.backoff = new Backoff(clock);
  }

  /** Asks for a sync; several requests for one table become one. */
  synchronized void request(TableSpec table) {
    waiting.put(table.config().name(), table);
    thread.execute(this::syncNext);
  }

  private void syncNext() {
    TableSpec table = take();
    if (table == null) {
      return;
    }
    long began = clock.millis();
    try {
      metastore.sync(table);
      succeeded();
      LOG.info("metastore in step table={} ms={}", table.config().name(), clock.millis() - began);
    } catch (RuntimeException failed) {
      failed(table, failed);
    }
  }

  private synchronized TableSpec take() {
    if (waiting.isEmpty() || !backoff.untilDue().isZero()) {
      return null;
    }
    String first = waiting.keySet().iterator().next();
    syncing = true;
    return waiting.remove(first);
  }

  private synchronized void succeeded() {
    backoff.succeeded();
    lastFailure = "";
    syncing = false;
    notifyAll();
    if (!waiting.isEmpty()) {
      thread.execute(this::syncNext);
    }
  }

  private synchronized void failed(TableSpec table, RuntimeException failure) {
    backoff.failed();
    waiting.putIfAbsent(table.config().name(), table);
    lastFailure = rootMessage(failure);
    syncing = false;
    LOG.warn(
        "the metastore could not be told, the data is committed table={} retry_ms={} reason=\"{}\"",
        table.config().name(),
        backoff.untilDue().toMillis(),
        lastFailure);
    LOG.debug("metastore sync", failure);
    notifyAll();
    thread.schedule(this::syncNext, backoff.untilDue().toMillis() + 1, TimeUnit.MILLISECONDS);
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }

  /**
   * Waits until nothing is left to sync.
   *
   * @return what the last try failed with, or an empty text if all is in step
   */
  synchronized String awaitIdle(Duration patience) throws InterruptedException {
    long deadline = clock.millis() + patience.toMillis();
    while ((syncing || !waiting.isEmpty()) && clock.millis() < deadline) {
      wait(Math.max(1, deadline - clock.millis()));
    }
    return waiting.isEmpty() ? "" : lastFailure;
  }

  void stop() throws InterruptedException {
    thread.shutdownNow();
    if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
      LOG.warn("a metastore sync was cut off; the next start repeats it");
    }
  }
}
