package io.freshet.connectors;

/** The line of a Java stack trace that says why. */
final class RootCause {
  private static final String CAUSED_BY = "Caused by: ";

  private RootCause() {}

  /**
   * @param trace a printed stack trace; may be null
   * @return the message of its innermost cause, in one line
   */
  static String of(String trace) {
    if (trace == null || trace.isBlank()) {
      return "Connect kept no trace; see the worker's log";
    }
    StringBuilder cause = new StringBuilder();
    boolean inMessage = true;
    for (String line : trace.split("\\R")) {
      if (line.startsWith(CAUSED_BY)) {
        cause.setLength(0);
        cause.append(line, CAUSED_BY.length(), line.length());
        inMessage = true;
      } else if (isFrame(line)) {
        inMessage = false;
      } else if (inMessage) {
        // A message may have several lines; they stand before its first frame.
        cause.append(' ').append(line);
      }
    }
    return OneLine.of(cause.toString());
  }

  private static boolean isFrame(String line) {
    String text = line.strip();
    return text.startsWith("at ")
        || text.startsWith("Suppressed: ")
        || text.startsWith("... ") && text.endsWith(" more");
  }
}
