package io.freshet.connect.s3;

import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Validators for the properties' values. */
final class Checks {
  private Checks() {}

  /**
   * Passes what {@code check} doesn't throw an {@link IllegalArgumentException} on; null passes.
   */
  static ConfigDef.Validator that(String description, Consumer<String> check) {
    return new ConfigDef.Validator() {
      @Override
      public void ensureValid(String name, Object value) {
        if (value != null) {
          try {
            check.accept((String) value);
          } catch (IllegalArgumentException invalid) {
            throw new ConfigException(name, value, invalid.getMessage());
          }
        }
      }

      @Override
      public String toString() {
        return description;
      }
    };
  }

  static ConfigDef.Validator notBlank() {
    return that(
        "not blank",
        value -> {
          if (value.isBlank()) {
            throw new IllegalArgumentException("must not be blank");
          }
        });
  }

  /** Passes the given values in upper or lower case. */
  static ConfigDef.Validator oneOf(List<String> values) {
    String all = String.join(", ", values);
    return that(
        all,
        value -> {
          if (values.stream().noneMatch(value::equalsIgnoreCase)) {
            throw new IllegalArgumentException("must be one of " + all);
          }
        });
  }
}
