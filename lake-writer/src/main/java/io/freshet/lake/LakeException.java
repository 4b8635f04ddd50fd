package io.freshet.lake;

/**
 * A failure whose message is meant for the operator: it names the thing, its value and what to do.
 * Commands print it as one line; only {@code --verbose} shows the stack.
 */
public class LakeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LakeException(String message) {
    super(message);
  }

  /**
   * @param cause what was underneath, for {@code --verbose}
   */
  public LakeException(String message, Throwable cause) {
    super(message, cause);
  }
}
