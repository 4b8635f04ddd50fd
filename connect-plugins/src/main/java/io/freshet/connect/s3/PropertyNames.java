package io.freshet.connect.s3;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells a misspelt property from one of the connector's or of Kafka Connect's own. */
final class PropertyNames {
  /** Properties of any sink connector, which the worker checks. */
  private static final Set<String> FRAMEWORK =
      Set.of(
          "name",
          "connector.class",
          "connector.plugin.version",
          "tasks.max",
          "tasks.max.enforce",
          "topics",
          "topics.regex",
          "key.converter",
          "value.converter",
          "header.converter",
          "transforms",
          "predicates",
          "config.action.reload",
          "errors.retry.timeout",
          "errors.retry.delay.max.ms",
          "errors.tolerance",
          "errors.log.enable",
          "errors.log.include.messages",
          "errors.deadletterqueue.topic.name",
          "errors.deadletterqueue.topic.replication.factor",
          "errors.deadletterqueue.context.headers.enable");

  private static final List<String> PREFIXES =
      List.of(
          "key.converter.",
          "value.converter.",
          "header.converter.",
          "transforms.",
          "predicates.",
          "consumer.override.",
          "producer.override.",
          "admin.override.",
          CredentialOptions.PREFIX,
          ErrorOptions.KAFKA_PREFIX);

  private final Set<String> own;

  PropertyNames(Set<String> own) {
    this.own = Set.copyOf(own);
  }

  boolean isKnown(String name) {
    return own.contains(name)
        || FRAMEWORK.contains(name)
        || PREFIXES.stream().anyMatch(name::startsWith);
  }

  /** The known name that is the fewest single-character edits away. */
  String nearest(String name) {
    TreeSet<String> known = new TreeSet<>(own);
    known.addAll(FRAMEWORK);
    return known.stream().min(Comparator.comparingInt(candidate -> edits(name, candidate))).get();
  }

  /** Levenshtein distance. */
  private static int edits(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }
}
