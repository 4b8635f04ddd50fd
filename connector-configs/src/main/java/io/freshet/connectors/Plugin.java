package io.freshet.connectors;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An installed connector class.
 *
 * @param className full name
 * @param type {@code source} or {@code sink}
 * @param version the plugin's own version
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Plugin(@JsonProperty("class") String className, String type, String version) {
  private static final String SUFFIX = "Connector";

  /** Whether a {@code connector.class} means this class: full, simple, or without "Connector". */
  boolean isNamed(String name) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    return className.equals(name)
        || simple.equals(name)
        || (simple.endsWith(SUFFIX)
            && simple.substring(0, simple.length() - SUFFIX.length()).equals(name));
  }
}
