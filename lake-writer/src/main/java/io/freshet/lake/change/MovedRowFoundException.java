package io.freshet.lake.change;

/**
 * The changes to be written hold a row that came under a new primary key without all of its values,
 * so they must be read with an eye on which row was which: {@link ChangeBatch#movedRows}.
 */
public final class MovedRowFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MovedRowFoundException() {
    super("a row came under a new primary key without the values that were not logged");
  }

  /** Whether a write failed because of one. */
  public static boolean in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MovedRowFoundException) {
        return true;
      }
    }
    return false;
  }
}
