package io.freshet.connectors;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A {@code ${provider:path:key}} or {@code ${provider:key}} in a config, which the Connect worker
 * resolves through the provider of that name in its {@code config.providers}.
 *
 * @param text all of it
 * @param provider the provider's name
 * @param reference what the provider is asked for
 */
record Placeholder(String text, String provider, String reference) {
  private static final Pattern FORM = Pattern.compile("\\$\\{([^:}]+):([^}]*)}");

  /** The placeholders in a value, in order. */
  static Stream<Placeholder> in(String value) {
    return FORM.matcher(value)
        .results()
        .map(found -> new Placeholder(found.group(), found.group(1), found.group(2)));
  }

  /** Whether a value consists of placeholders alone: it says where a secret is, not what. */
  static boolean isAllOf(String value) {
    Matcher placeholders = FORM.matcher(value);
    return !value.isEmpty() && placeholders.replaceAll("").isEmpty();
  }

  /** Whether it names an environment variable. */
  boolean isEnvironment() {
    return "env".equals(provider);
  }

  /** What to tell a user when the worker left it as it is. */
  String unresolved() {
    String what =
        isEnvironment()
            ? "set " + reference + " in the worker's environment"
            : "check that '" + reference + "' exists on the worker";
    return "the Connect worker does not resolve "
        + text
        + ": "
        + what
        + ", and have '"
        + provider
        + "' in its config.providers";
  }
}
