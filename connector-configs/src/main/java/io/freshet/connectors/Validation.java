package io.freshet.connectors;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What Connect says of a config.
 *
 * @param errorCount how many keys have errors
 * @param configs every key that the connector, its converters and its transforms define, plus those
 *     in error
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Validation(@JsonProperty("error_count") int errorCount, List<Entry> configs) {
  Validation {
    configs = configs == null ? List.of() : List.copyOf(configs);
  }

  /**
   * One key.
   *
   * @param definition what the plugin says of the key; null for a key in error that none defines
   * @param value what stands there
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Entry(Definition definition, Value value) {}

  /**
   * A key's definition.
   *
   * @param name the key
   * @param type Kafka's {@code ConfigDef.Type}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Definition(String name, String type) {
    boolean isPassword() {
      return "PASSWORD".equals(type);
    }
  }

  /**
   * A key's value.
   *
   * @param name the key
   * @param value resolved by the worker, so it may be a secret; may be null
   * @param errors what is wrong with it; empty if nothing is
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Value(String name, String value, List<String> errors) {
    Value {
      errors = errors == null ? List.of() : List.copyOf(errors);
    }
  }
}
