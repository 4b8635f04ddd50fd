package io.freshet.connectors;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps secrets out of what a command prints. It learns which keys and which values are secret from
 * each config that the command touches; all output passes through it.
 */
final class Redactor {
  static final String REDACTED = "[redacted]";

  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "(?i)password|passwd|passphrase|secret|token|credential|sasl\\.jaas\\.config"
              + "|user\\.info|private[._-]?key|api[._-]?key|access[._-]?key|keystore\\.key");

  /** These name a class or a place, not the secret that they lead to. */
  private static final Pattern NAMES_NO_SECRET =
      Pattern.compile("(?i).*[._-](class|provider|type|url|uri|location|file|path)");

  private static final Pattern URL_USER_INFO = Pattern.compile("(://)[^/@\\s\"']+@");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?i)([\\w.-]*(?:password|passwd|passphrase|secret|token|credential)[\\w.-]*\"?\\s*"
              + "(?:=|\"\\s*:)\\s*)(?!\\$\\{)(\"[^\"]*\"|'[^']*'|[^\\s,;&}]+)");
  private static final Pattern INVALID_VALUE =
      Pattern.compile("(?is)(invalid value) (.*?) (for configuration) ([\\w.-]+)");
  private static final String HIDDEN_BY_CONNECT = "[hidden]";
  private static final int SHORT = 6;

  private final Set<String> secretKeys = new HashSet<>();
  private final Set<String> secretValues = new HashSet<>();

  /** Takes in the keys that a plugin's ConfigDef declares as PASSWORD. */
  void learn(Validation.Definition definition) {
    if (definition != null && definition.isPassword()) {
      secretKeys.add(definition.name());
    }
  }

  /** Takes in a config: which of its keys lead to secrets, and the secrets that it holds. */
  void learn(Map<String, String> config) {
    config.forEach(
        (key, value) -> {
          if (leadsToSecret(value)) {
            secretKeys.add(key);
          } else if (isSecret(key) && !Placeholder.isAllOf(value)) {
            secretValues.add(value);
          }
        });
  }

  /** Takes in what a worker made of a key of a config that is already known. */
  void learn(Validation.Value resolved, String written) {
    if (!isSecret(resolved.name())) {
      return;
    }
    if (resolved.value() != null && !resolved.value().equals(written)) {
      secretValues.add(resolved.value());
    }
    // Of a value that is in error Connect gives nothing but the message that quotes it.
    for (String error : resolved.errors()) {
      Matcher quoted = INVALID_VALUE.matcher(error);
      if (quoted.find()) {
        secretValues.add(quoted.group(2));
      }
    }
  }

  /**
   * What comes from a file or a vault is there because it is secret; the environment also holds
   * hosts and ports, which errors should show.
   */
  private static boolean leadsToSecret(String value) {
    return Placeholder.in(value).anyMatch(Redactor::leadsToSecret);
  }

  static boolean leadsToSecret(Placeholder placeholder) {
    return !placeholder.isEnvironment() || SECRET_KEY.matcher(placeholder.reference()).find();
  }

  boolean isSecret(String key) {
    return secretKeys.contains(key)
        || (SECRET_KEY.matcher(key).find() && !NAMES_NO_SECRET.matcher(key).matches());
  }

  /** A key's value as it may be shown. */
  String show(String key, String value) {
    if (isSecret(key) && !Placeholder.isAllOf(value)) {
      return REDACTED;
    }
    return scrub(value);
  }

  /** Text of others, such as an error message or a trace, without the secrets known so far. */
  String scrub(String text) {
    String clean = URL_USER_INFO.matcher(text).replaceAll("$1" + REDACTED + "@");
    clean =
        INVALID_VALUE
            .matcher(clean)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        isSecret(key(found.group(4)))
                            ? found.group(1)
                                + " "
                                + REDACTED
                                + " "
                                + found.group(3)
                                + " "
                                + found.group(4)
                            : found.group()));
    clean = ASSIGNMENT.matcher(clean).replaceAll("$1" + REDACTED);
    for (String secret : secretValues) {
      clean = without(clean, secret);
    }
    return clean;
  }

  /** A key as it ends a sentence. */
  private static String key(String word) {
    return word.endsWith(".") ? word.substring(0, word.length() - 1) : word;
  }

  private static String without(String text, String secret) {
    if (secret.isBlank() || secret.equals(HIDDEN_BY_CONNECT)) {
      return text;
    }
    if (secret.length() >= SHORT) {
      return text.replace(secret, REDACTED);
    }
    // A short one may be part of any word; only the word itself is the secret.
    String word = "(?<![\\w.-])" + Pattern.quote(secret) + "(?![\\w.-])";
    return text.replaceAll(word, Matcher.quoteReplacement(REDACTED));
  }
}
