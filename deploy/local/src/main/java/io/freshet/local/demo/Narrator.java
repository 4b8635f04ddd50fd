package io.freshet.local.demo;

import io.freshet.local.service.Part;
import io.freshet.local.service.Progress;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the user what happens, and when: seconds since the demo's start begin each step. */
final class Narrator implements Progress {
  private static final String INDENT = "         ";

  private final PrintWriter out;
  private final Clock clock;
  private final Instant start;
  private final int steps;
  private int step;

  /**
   * @param steps how many there will be
   */
  Narrator(PrintWriter out, Clock clock, int steps) {
    this.out = out;
    this.clock = clock;
    this.start = clock.instant();
    this.steps = steps;
  }

  /** Begins the next step. */
  synchronized void step(String what) {
    step++;
    print("%n%5.1f s  %d/%d %s%n", seconds(elapsed()), step, steps, what);
  }

  /** Says the last word. */
  synchronized void end(String what) {
    print("%n%5.1f s  %s%n", seconds(elapsed()), what);
  }

  /** Says something of the step. */
  synchronized void say(String format, Object... values) {
    for (String line : format.formatted(values).split("\\R")) {
      print("%s%n", (INDENT + line).stripTrailing());
    }
  }

  /** Time since the start. */
  Duration elapsed() {
    return Duration.between(start, clock.instant());
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /**
   * Shows rows as a table.
   *
   * @param columns which, in this order; what a row lacks is shown as a dot
   */
  synchronized void table(List<String> columns, List<Map<String, String>> rows) {
    List<List<String>> lines = new ArrayList<>(List.of(columns));
    for (Map<String, String> row : rows) {
      lines.add(columns.stream().map(column -> row.getOrDefault(column, "·")).toList());
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns.size(); i++) {
        text.append(padded(line.get(i), width(lines, i))).append("  ");
      }
      print("%s%s%n", INDENT, text.toString().stripTrailing());
    }
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  @Override
  public void done(Part part, String what, Duration time) {
    say("%-10s %-12s %5.1f s", part.label(), what, seconds(time));
  }

  @Override
  public void note(String message) {
    say("%s", message);
  }

  private void print(String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }
}
