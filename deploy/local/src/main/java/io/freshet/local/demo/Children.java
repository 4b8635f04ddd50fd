package io.freshet.local.demo;

import io.freshet.local.service.LakeSql;
import java.util.ArrayDeque;
import java.util.Deque;

/** The demo's own processes, which end with it, however it ends. */
final class Children implements AutoCloseable {
  private final Deque<Child> running = new ArrayDeque<>();
  private final Thread hook = new Thread(this::interrupt, "end-children");
  private volatile boolean interrupted;

  /** Has them ended when this JVM is told to end. */
  void endWithThisJvm() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  synchronized LakeSql add(LakeSql sql) {
    running.push(sql::terminate);
    return sql;
  }

  synchronized IngestProcess add(IngestProcess ingest) {
    running.push(ingest::abandon);
    return ingest;
  }

  /** Whether this JVM has been told to end: what fails then fails for that reason. */
  boolean isInterrupted() {
    return interrupted;
  }

  private void interrupt() {
    interrupted = true;
    endAll();
  }

  private synchronized void endAll() {
    while (!running.isEmpty()) {
      running.pop().end();
    }
  }

  @Override
  public void close() {
    endAll();
    if (!interrupted) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /** One that is told to end and waited for. */
  @FunctionalInterface
  private interface Child {
    void end();
  }
}
