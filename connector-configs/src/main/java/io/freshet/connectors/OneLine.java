package io.freshet.connectors;

/** Text of others, brought to one line. */
final class OneLine {
  private static final int LONGEST = 600;

  private OneLine() {}

  /**
   * @param text any text or null
   * @return its words in one line, cut at a length that a terminal still shows as a message
   */
  static String of(String text) {
    if (text == null || text.isBlank()) {
      return "no message";
    }
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
