package io.freshet.local;

import io.freshet.local.service.Part;
import io.freshet.local.service.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line per part. */
final class ConsoleProgress implements Progress {
  private final PrintWriter out;

  ConsoleProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void done(Part part, String what, Duration time) {
    out.printf(Locale.ROOT, "%-10s %-12s %5.1f s%n", part.label(), what, time.toMillis() / 1000.0);
    out.flush();
  }

  @Override
  public synchronized void note(String message) {
    out.println(message);
    out.flush();
  }
}
