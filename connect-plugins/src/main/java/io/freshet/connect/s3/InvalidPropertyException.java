package io.freshet.connect.s3;

import org.apache.kafka.common.config.ConfigException;

/** A property that can't be what it is because of what others are. */
final class InvalidPropertyException extends ConfigException {
  private static final long serialVersionUID = 1L;

  private final String property;

  /**
   * @param reason what is wrong with the value, and the fix
   */
  InvalidPropertyException(String property, Object value, String reason) {
    super(property, value, reason);
    this.property = property;
  }

  /**
   * For a value that must not be repeated, or a property that is missing.
   *
   * @param message what is wrong, naming the property, and the fix
   */
  InvalidPropertyException(String property, String message) {
    super(message);
    this.property = property;
  }

  /** The property to correct. */
  String property() {
    return property;
  }
}
