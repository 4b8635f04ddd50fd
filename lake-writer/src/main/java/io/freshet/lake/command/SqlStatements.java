package io.freshet.lake.command;

import java.util.ArrayList;
import java.util.List;

/** Splits a script at its semicolons, minding quotes and comments. */
final class SqlStatements {
  private final StringBuilder open = new StringBuilder();

  /**
   * Takes a line of the script.
   *
   * @return the statements that it completes, without their semicolons
   */
  List<String> line(String line) {
    List<String> complete = new ArrayList<>();
    open.append(line).append('\n');
    int end = end();
    while (end >= 0) {
      String statement = open.substring(0, end).strip();
      if (!statement.isEmpty()) {
        complete.add(statement);
      }
      open.delete(0, end + 1);
      end = end();
    }
    if (open.toString().isBlank()) {
      open.setLength(0);
    }
    return complete;
  }

  /** What stands after the last semicolon; empty if nothing does. */
  String rest() {
    return open.toString().strip();
  }

  /** Index of the first semicolon outside quotes and comments, or -1. */
  private int end() {
    char quote = 0;
    for (int i = 0; i < open.length(); i++) {
      char c = open.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote != '`') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"' || c == '`') {
        quote = c;
      } else if (c == '-' && i + 1 < open.length() && open.charAt(i + 1) == '-') {
        int newline = open.indexOf("\n", i);
        i = newline < 0 ? open.length() : newline;
      } else if (c == '/' && i + 1 < open.length() && open.charAt(i + 1) == '*') {
        int close = open.indexOf("*/", i + 2);
        i = close < 0 ? open.length() : close + 1;
      } else if (c == ';') {
        return i;
      }
    }
    return -1;
  }
}
