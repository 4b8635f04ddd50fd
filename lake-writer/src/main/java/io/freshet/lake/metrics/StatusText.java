package io.freshet.lake.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A status as {@code status} prints it for a person. */
public final class StatusText {
  private static final List<String> HEAD =
      List.of(
          "table",
          "state",
          "lag",
          "freshness",
          "last commit",
          "rows",
          "commits",
          "ms last/p50/p95",
          "retries",
          "quarantined",
          "files small/all",
          "verified");
  private static final String UNKNOWN = "-";

  private StatusText() {}

  /**
   * @param status what {@link StatusJson} makes
   * @return lines with their ends
   */
  public static String of(JsonNode status) {
    StringBuilder text = new StringBuilder();
    text.append("ingest ").append(status.path("state").asText().replace('-', ' '));
    if (status.has("since")) {
      text.append(" since ").append(status.path("since").asText());
    }
    text.append(", source ").append(or(status.path("source"))).append('\n');
    reason(text, status, "  ");
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    status.path("tables").forEach(table -> rows.add(row(table)));
    int[] widths = widths(rows);
    line(text, rows.get(0), widths);
    for (int i = 1; i < rows.size(); i++) {
      line(text, rows.get(i), widths);
      reason(text, status.path("tables").get(i - 1), "  ");
    }
    status
        .path("refusedTopics")
        .fields()
        .forEachRemaining(
            refused ->
                text.append("topic ")
                    .append(refused.getKey())
                    .append(" makes no table: ")
                    .append(refused.getValue().asText())
                    .append('\n'));
    for (JsonNode refused : status.at("/config/refused")) {
      text.append("the changed config is not followed: ").append(refused.asText()).append('\n');
    }
    if (status.has("snapshot")) {
      text.append(LoadJson.text(status.path("snapshot")));
    }
    JsonNode requests = status.path("s3Requests");
    if (!requests.isEmpty()) {
      text.append("requests to S3: source ")
          .append(requests.path("source").asLong())
          .append(", tables ")
          .append(requests.path("tables").asLong())
          .append('\n');
    }
    return text.toString();
  }

  private static void reason(StringBuilder text, JsonNode from, String indent) {
    if (from.has("reason")) {
      text.append(indent)
          .append(from.path("reason").asText().strip().lines().findFirst().orElse(""));
      if (from.has("retryInMs")) {
        text.append("; again in ").append(seconds(from.path("retryInMs").asLong()));
      }
      text.append('\n');
    }
  }

  private static List<String> row(JsonNode table) {
    JsonNode ms = table.path("commitMs");
    JsonNode files = table.path("files");
    return List.of(
        table.path("table").asText(),
        table.path("state").asText(),
        table.has("lagPositions")
            ? table.path("lagPositions").asText()
                + (table.has("lagBytes") ? " (" + bytes(table.path("lagBytes").asLong()) + ")" : "")
            : UNKNOWN,
        table.has("freshnessMs") ? seconds(table.path("freshnessMs").asLong()) : UNKNOWN,
        or(table.path("lastCommitAt")),
        or(table.path("rowsWritten")),
        or(table.path("commits")),
        ms.isMissingNode()
            ? UNKNOWN
            : or(ms.path("last")) + "/" + or(ms.path("p50")) + "/" + or(ms.path("p95")),
        or(table.path("retries")),
        or(table.path("quarantined")),
        files.isMissingNode() ? UNKNOWN : or(files.path("small")) + "/" + or(files.path("groups")),
        verified(table.path("verified")));
  }

  /** What the last comparison with the source found, and when. */
  private static String verified(JsonNode verified) {
    if (verified.isMissingNode()) {
      return UNKNOWN;
    }
    long differences =
        verified.path("missing").asLong()
            + verified.path("extra").asLong()
            + verified.path("different").asLong();
    String scope = verified.path("scope").asText();
    return (differences == 0 ? "equal" : differences + " differ")
        + (scope.equals("all") ? "" : " (" + scope + ")")
        + " at "
        + verified.path("at").asText();
  }

  private static String or(JsonNode value) {
    return value.asText().isEmpty() ? UNKNOWN : value.asText();
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static void line(StringBuilder text, List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** A time span in the largest unit of which it holds some. */
  static String seconds(long millis) {
    if (millis < 120_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long minutes = millis / 60_000;
    if (minutes < 120) {
      return minutes + " min";
    }
    return minutes < 48 * 60 ? minutes / 60 + " h" : minutes / (24 * 60) + " days";
  }

  static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + " B";
    }
    return bytes < 10_000_000 ? bytes / 1000 + " kB" : bytes / 1_000_000 + " MB";
  }
}
