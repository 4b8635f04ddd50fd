package io.freshet.local.service;

/**
 * Something the user can act on: the message names the thing, its value and the fix, and is shown
 * without a stack trace.
 */
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what happened, to what, and what to do
   */
  public StackException(String message) {
    super(message);
  }

  /**
   * @param message what happened, to what, and what to do
   * @param cause what led to it, shown with {@code --verbose}
   */
  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
