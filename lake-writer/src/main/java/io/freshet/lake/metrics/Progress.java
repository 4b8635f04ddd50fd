package io.freshet.lake.metrics;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows a job's progress at the bottom of a terminal, and nothing anywhere else. */
public final class Progress {
  private static final Duration EVERY = Duration.ofMillis(500);

  /** Rates are over this many looks: a commit is a burst, and then there is none for a while. */
  private static final int LOOKS = 20;

  private final PrintStream standardError;
  private final TerminalLine line;
  private final PrintStream shown;
  private final Supplier<String> text;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "progress");
            made.setDaemon(true);
            return made;
          });

  private Progress(PrintStream standardError, Supplier<String> text) {
    this.standardError = standardError;
    this.line = new TerminalLine(standardError);
    this.shown = new PrintStream(line, true, StandardCharsets.UTF_8);
    this.text = text;
  }

  private void begin() {
    System.setErr(shown);
    thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Begins to show it on standard error, which the log goes to as well.
   *
   * @return what ends it; it shows nothing where standard error is no terminal
   */
  public static Progress start(Supplier<JobStatus> job) throws InterruptedException {
    Deque<JobStatus> seen = new ArrayDeque<>();
    return showing(
        () -> {
          JobStatus now = job.get();
          seen.addLast(now);
          if (seen.size() > LOOKS) {
            seen.removeFirst();
          }
          return ProgressText.of(seen.getFirst(), now);
        });
  }

  /**
   * The same for a job that has its progress as one line.
   *
   * @param text asked by one thread, and by the one that ends it afterwards
   */
  public static Progress showing(Supplier<String> text) throws InterruptedException {
    Progress progress = new Progress(System.err, text);
    if (isTerminal()) {
      progress.begin();
    }
    return progress;
  }

  /** Java can't tell for standard error; the shell can, of the same file descriptor. */
  private static boolean isTerminal() throws InterruptedException {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return new ProcessBuilder("sh", "-c", "test -t 2").inheritIO().start().waitFor() == 0;
    } catch (IOException noShell) {
      return false;
    }
  }

  private void look() {
    try {
      line.show(text.get());
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** Leaves what was reached in the end as an ordinary line. */
  public void stop() throws InterruptedException {
    if (System.err == shown) {
      thread.shutdownNow();
      thread.awaitTermination(5, TimeUnit.SECONDS);
      look();
      System.setErr(standardError);
      standardError.println();
    }
  }
}
