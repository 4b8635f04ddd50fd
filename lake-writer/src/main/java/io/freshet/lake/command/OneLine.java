package io.freshet.lake.command;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.ConfigException;
import java.util.List;

/** A failure as one line for a person. */
final class OneLine {
  private OneLine() {}

  /** All that is wrong with a configuration, else the one line of any other failure. */
  static List<String> each(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException config) {
        return config.problems().stream().map(OneLine::firstLine).toList();
      }
    }
    return List.of(of(failure));
  }

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
