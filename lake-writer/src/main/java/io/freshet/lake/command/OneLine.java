package io.freshet.lake.command;

import io.freshet.lake.LakeException;

/** A failure as one line for a person. */
final class OneLine {
  private OneLine() {}

  static String of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LakeException known) {
        return firstLine(known.getMessage());
      }
    }
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getName() + "; --verbose shows where"
        : firstLine(message);
  }

  private static String firstLine(String message) {
    return message.strip().lines().findFirst().orElse("").strip();
  }
}
