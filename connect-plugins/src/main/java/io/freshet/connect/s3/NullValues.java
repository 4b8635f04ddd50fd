package io.freshet.connect.s3;

import java.util.Locale;

/**
 * What becomes of a record without a value; the names are the values of {@code
 * behavior.on.null.values}.
 */
enum NullValues {
  /** It is passed over. */
  IGNORE,
  /** It counts as a bad record. */
  FAIL,
  /** It is landed. */
  WRITE;

  String propertyValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such value
   */
  static NullValues of(String propertyValue) {
    return valueOf(propertyValue.toUpperCase(Locale.ROOT));
  }
}
