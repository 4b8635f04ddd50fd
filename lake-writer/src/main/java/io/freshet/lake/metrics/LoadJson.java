package io.freshet.lake.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The loads of a {@code snapshot} as {@code status} gives them. */
public final class LoadJson {
  /** What {@code application} says. */
  public static final String APPLICATION = "freshet-snapshot";

  private LoadJson() {}

  /** As JSON; what is not known is left out. */
  public static ObjectNode of(List<LoadStatus> loads) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("application", APPLICATION);
    json.put("state", "running");
    ArrayNode tables = json.putArray("tables");
    for (LoadStatus load : loads) {
      ObjectNode table = tables.addObject();
      table.put("table", load.table());
      table.put("state", load.state().name().toLowerCase(Locale.ROOT));
      if (!load.reason().isEmpty()) {
        table.put("reason", load.reason());
      }
      table.put("rows", load.rows());
      load.expectedRows().ifPresent(rows -> table.put("expectedRows", rows));
      table.put("bytes", load.bytes());
      table.put("rowsPerSecond", load.rowsPerSecond());
      load.secondsLeft().ifPresent(seconds -> table.put("secondsLeft", seconds));
    }
    return json;
  }

  /** That none is under way. */
  public static ObjectNode none() {
    return of(List.of()).put("state", "not-running");
  }

  /** Whether none has failed. */
  public static boolean advances(JsonNode loads) {
    boolean all = true;
    for (JsonNode table : loads.path("tables")) {
      all &= !table.has("reason");
    }
    return all;
  }

  /**
   * For a person.
   *
   * @param loads what {@link #of} makes
   * @return lines with their ends
   */
  public static String text(JsonNode loads) {
    StringBuilder text = new StringBuilder("snapshot ");
    text.append(loads.path("state").asText().replace('-', ' ')).append('\n');
    for (JsonNode table : loads.path("tables")) {
      text.append("  ").append(line(table)).append('\n');
      if (table.has("reason")) {
        text.append("    ").append(table.path("reason").asText()).append('\n');
      }
    }
    return text.toString();
  }

  private static String line(JsonNode table) {
    String state = table.path("table").asText() + "  " + table.path("state").asText();
    if (table.path("state").asText().equals("waiting")) {
      return state;
    }
    long left = table.path("secondsLeft").asLong();
    return state
        + String.format(Locale.ROOT, "  %,d", table.path("rows").asLong())
        + (table.has("expectedRows")
            ? String.format(Locale.ROOT, " of ~%,d", table.path("expectedRows").asLong())
            : "")
        + String.format(
            Locale.ROOT,
            " rows, %s, %,d/s",
            StatusText.bytes(table.path("bytes").asLong()),
            table.path("rowsPerSecond").asLong())
        + (table.has("secondsLeft")
            ? String.format(Locale.ROOT, ", ~%d:%02d left", left / 60, left % 60)
            : "");
  }
}
