package io.freshet.lake.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.lake.verify.Difference;
import io.freshet.lake.verify.Verification;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a comparison found, for a person or a program. */
final class VerifyText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private VerifyText() {}

  /** Lines with their ends. */
  static String of(Verification result) {
    StringBuilder text = new StringBuilder();
    text.append(result.table())
        .append(result.isEqual() ? " equals " : " differs from ")
        .append(result.source())
        .append(" at ")
        .append(result.lsn())
        .append(": ");
    if (!result.isEqual()) {
      text.append(result.more() ? "at least " : "")
          .append(
              "%d missing, %d extra, %d different of "
                  .formatted(result.missing(), result.extra(), result.different()));
    }
    text.append(result.rows())
        .append(" rows, in ")
        .append(String.format(Locale.ROOT, "%.1f s", result.took().toMillis() / 1000.0))
        .append('\n');
    result.examples().forEach(difference -> text.append(line(difference)).append('\n'));
    if (result.examples().size() < result.differences()) {
      text.append("  … and ")
          .append(result.differences() - result.examples().size())
          .append(" more\n");
    }
    if (result.unsettled() > 0) {
      text.append("  ")
          .append(result.unsettled())
          .append(
              " keys changed from each look to the next, so that nothing can be said of them\n");
    }
    if (!result.notCompared().isEmpty()) {
      text.append("  not compared: ")
          .append(
              result.notCompared().entrySet().stream()
                  .map(column -> column.getKey() + " (" + column.getValue() + ")")
                  .collect(Collectors.joining("; ")))
          .append('\n');
    }
    return text.toString();
  }

  private static String line(Difference difference) {
    StringBuilder line =
        new StringBuilder("  %-9s ".formatted(kind(difference)) + pairs(difference.key()) + ": ");
    switch (difference.kind()) {
      case MISSING ->
          line.append(
              difference.values().stream()
                  .map(value -> value.column() + "=" + value.source())
                  .collect(Collectors.joining(", ")));
      case EXTRA ->
          line.append(
              difference.values().stream()
                  .map(value -> value.column() + "=" + value.lake())
                  .collect(Collectors.joining(", ")));
      case DIFFERENT ->
          line.append(
              difference.values().isEmpty()
                  ? "the lake has the row more than once"
                  : difference.values().stream()
                      .map(
                          value ->
                              "%s is %s in PostgreSQL, %s in the lake"
                                  .formatted(value.column(), value.source(), value.lake()))
                      .collect(Collectors.joining("; ")));
    }
    return line.toString();
  }

  private static String kind(Difference difference) {
    return difference.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String pairs(Map<String, String> key) {
    return key.entrySet().stream()
        .map(column -> column.getKey() + "=" + column.getValue())
        .collect(Collectors.joining(", "));
  }

  /** One line. */
  static String json(Verification result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("table", result.table());
    json.put("source", result.source());
    json.put("at", result.at().toString());
    json.put("lsn", result.lsn());
    json.put("equal", result.isEqual());
    json.put("rows", result.rows());
    json.put("missing", result.missing());
    json.put("extra", result.extra());
    json.put("different", result.different());
    json.put("unsettled", result.unsettled());
    json.put("more", result.more());
    json.put("tookMs", result.took().toMillis());
    ObjectNode notCompared = json.putObject("notCompared");
    result.notCompared().forEach(notCompared::put);
    ArrayNode examples = json.putArray("differences");
    for (Difference difference : result.examples()) {
      ObjectNode each = examples.addObject();
      each.put("kind", kind(difference));
      ObjectNode key = each.putObject("key");
      difference.key().forEach(key::put);
      ObjectNode values = each.putObject("values");
      for (Difference.Values value : difference.values()) {
        ObjectNode sides = values.putObject(value.column());
        if (difference.kind() != Difference.Kind.EXTRA) {
          sides.put("source", value.source());
        }
        if (difference.kind() != Difference.Kind.MISSING) {
          sides.put("lake", value.lake());
        }
      }
    }
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
