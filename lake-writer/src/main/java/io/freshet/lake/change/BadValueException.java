package io.freshet.lake.change;

/** One message can't be made a row; others can. The text names the column, never its value. */
final class BadValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadValueException(String message) {
    super(message);
  }

  BadValueException(String message, Throwable cause) {
    super(message, cause);
  }
}
