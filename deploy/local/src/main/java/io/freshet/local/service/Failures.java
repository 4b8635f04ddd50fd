package io.freshet.local.service;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Exceptions in words. */
final class Failures {
  private Failures() {}

  /** What an exception says, or its kind where it says nothing useful. */
  static String reason(Throwable failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    return failure.getMessage() == null
        ? failure.getClass().getSimpleName()
        : failure.getMessage().lines().findFirst().orElse(failure.getClass().getSimpleName());
  }

  /** All that a failure says. */
  static String whole(Throwable failure) {
    return failure instanceof StackException ? failure.getMessage() : failure.toString();
  }
}
