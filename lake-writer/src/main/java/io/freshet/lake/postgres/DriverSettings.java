package io.freshet.lake.postgres;

import java.util.Arrays;
import org.postgresql.PGProperty;

/** The JDBC driver's settings, whose names Spark's options fold to lower case. */
final class DriverSettings {
  private DriverSettings() {}

  /** A setting's name as the driver spells it; one that it does not know stays as it is. */
  static String spelt(String name) {
    return Arrays.stream(PGProperty.values())
        .map(PGProperty::getName)
        .filter(known -> known.equalsIgnoreCase(name))
        .findFirst()
        .orElse(name);
  }
}
