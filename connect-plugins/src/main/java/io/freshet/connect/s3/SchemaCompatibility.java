package io.freshet.connect.s3;

import java.util.Locale;

/** How the versions of a topic's schema relate, in the words of Confluent's registry and sinks. */
enum SchemaCompatibility {
  /** Nothing is known of them. */
  NONE,
  /** The newer can hold data of the older. */
  BACKWARD,
  /** The older can hold data of the newer. */
  FORWARD,
  /** Both. */
  FULL;

  private static final String TRANSITIVE = "_TRANSITIVE";

  /**
   * @param name a constant's name; with {@code _TRANSITIVE} after it, it means the same: the sink
   *     never knows more than two versions at a time
   * @throws IllegalArgumentException if it is none
   */
  static SchemaCompatibility of(String name) {
    String upper = name.strip().toUpperCase(Locale.ROOT);
    for (SchemaCompatibility each : values()) {
      if (upper.equals(each.name()) || each != NONE && upper.equals(each.name() + TRANSITIVE)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "is no compatibility of schemas; use NONE, BACKWARD, FORWARD or FULL");
  }
}
