package io.freshet.lake.change;

/** A column can't hold a value. Who catches it names the message and the column. */
public final class UnfitValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String value;

  /**
   * @param reason why, and the fix; begins with {@code which}
   * @param value the value as text
   */
  UnfitValueException(String reason, String value) {
    super(reason);
    this.value = value;
  }

  /** The value as text. */
  public String value() {
    return value;
  }
}
