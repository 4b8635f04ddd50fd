package io.freshet.connect.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

  /** One of the given values, or null. */
  static ConfigDef.Validator oneOfExactly(Stream<String> values) {
    List<String> sorted = values.sorted().toList();
    return that(
        sorted.toString(),
        value -> {
          if (!sorted.contains(value)) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", sorted));
          }
        });
  }

  /**
   * An http or https URL. One with a user's name may hold a secret, so its value is not repeated.
   *
   * @param instead where user and password belong
   * @throws InvalidPropertyException if it is none
   */
  static URI webUrl(String property, String url, String instead) {
    URI uri;
    try {
      uri = new URI(url.strip());
    } catch (URISyntaxException malformed) {
      uri = URI.create("");
    }
    if (url.contains("@")) {
      throw new InvalidPropertyException(
          property, property + " must not hold a user or password; set " + instead + " for that");
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null) {
      throw new InvalidPropertyException(
          property,
          "%s=%s must be an http or https URL such as http://127.0.0.1:9000"
              .formatted(property, url));
    }
    return uri;
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
