package io.freshet.lake.change;

/**
 * The changes to be written hold a message that can't be made a row, and is not known to: all such
 * are to be looked for and put aside before the others are written.
 */
public final class BadRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRecordException(BadRecord record) {
    super(record.place() + ": " + record.reason());
  }

  /** Whether one is among the causes of a failed write. */
  public static boolean isIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BadRecordException) {
        return true;
      }
    }
    return false;
  }
}
