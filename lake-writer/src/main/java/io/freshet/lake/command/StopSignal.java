package io.freshet.lake.command;

import java.util.List;
import org.jline.utils.Signals;

/**
 * SIGTERM and SIGINT, which end a job between commits; that is a success. Not by a shutdown hook:
 * Hudi and Spark refuse work once the JVM is shutting down, so the commit under way would be lost.
 */
final class StopSignal {
  private boolean received;
  private Runnable stop;

  private StopSignal() {}

  /** Begins to listen. A signal that comes before there is something to stop is remembered. */
  static StopSignal listen() {
    StopSignal signal = new StopSignal();
    for (String name : List.of("TERM", "INT")) {
      Signals.register(name, signal::receive);
    }
    return signal;
  }

  /** Names what a signal stops; one that has come already stops it at once. */
  synchronized void stops(Runnable job) {
    stop = job;
    if (received) {
      job.run();
    }
  }

  private synchronized void receive() {
    received = true;
    if (stop != null) {
      stop.run();
    }
  }
}
