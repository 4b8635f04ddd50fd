package io.freshet.lake.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A status as the JSON that {@code /status} and {@code status --json} give. */
public final class StatusJson {
  /** What {@code application} says, so that another program's answer is not taken for a job's. */
  public static final String APPLICATION = "freshet-ingest";

  private StatusJson() {}

  /** A job's. */
  public static ObjectNode of(JobStatus job) {
    ObjectNode json = tree();
    json.put("application", APPLICATION);
    json.put("state", job.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    putText(json, "reason", job.reason());
    job.since().ifPresent(since -> json.put("since", since.toString()));
    json.put("source", job.source());
    ObjectNode requests = json.putObject("s3Requests");
    job.storeRequests().forEach(requests::put);
    ArrayNode tables = json.putArray("tables");
    job.tables().forEach(table -> tables.add(of(table, job.at())));
    ObjectNode refused = json.putObject("refusedTopics");
    job.refused().forEach(refused::put);
    job.config().ifPresent(config -> put(json.putObject("config"), config));
    return json;
  }

  /**
   * Whether every table of a status advances, every topic makes one, and the config is followed.
   */
  public static boolean advances(JsonNode status) {
    boolean tables = true;
    for (JsonNode table : status.path("tables")) {
      tables &= !table.has("reason");
    }
    return tables
        && !status.has("reason")
        && status.path("refusedTopics").isEmpty()
        && status.at("/config/refused").isEmpty();
  }

  /**
   * A table's. What is not known is left out.
   *
   * @param now what freshness is reckoned from
   */
  private static ObjectNode of(TableStatus table, Instant now) {
    ObjectNode json = tree();
    json.put("table", table.table());
    json.put("topic", table.topic());
    json.put("state", table.state().label());
    putText(json, "reason", table.reason());
    table.retryIn().ifPresent(wait -> json.put("retryInMs", wait.toMillis()));
    ObjectNode position = json.putObject("position");
    table.position().forEach((partition, next) -> position.put(partition.toString(), next));
    table.backlog().ifPresent(backlog -> put(json, backlog));
    table.lastCommit().ifPresent(time -> json.put("lastCommitAt", time.toString()));
    table
        .newestSource()
        .ifPresent(
            time -> {
              json.put("newestSourceAt", time.toString());
              json.put("freshnessMs", Duration.between(time, now).toMillis());
            });
    table.activity().ifPresent(activity -> put(json, activity));
    table.quarantined().ifPresent(count -> json.put("quarantined", count));
    table.files().ifPresent(files -> put(json, files));
    table.verified().ifPresent(verified -> put(json, verified));
    return json;
  }

  private static void put(ObjectNode json, ConfigStatus config) {
    json.put("changedAt", config.changed().toString());
    ArrayNode refused = json.putArray("refused");
    config.refused().forEach(refused::add);
  }

  private static void put(ObjectNode json, Backlog backlog) {
    json.put("lagPositions", backlog.positions());
    backlog.bytes().ifPresent(bytes -> json.put("lagBytes", bytes));
  }

  private static void put(ObjectNode json, TableStatus.Activity activity) {
    json.put("commits", activity.commits());
    json.put("rowsWritten", activity.rows());
    json.put("bytesWritten", activity.bytes());
    json.put("retries", activity.retries());
    activity
        .latency()
        .ifPresent(
            latency ->
                json.putObject("commitMs")
                    .put("last", latency.last().toMillis())
                    .put("p50", latency.p50().toMillis())
                    .put("p95", latency.p95().toMillis()));
  }

  private static void put(ObjectNode json, FileCounts files) {
    json.putObject("files")
        .put("groups", files.groups())
        .put("small", files.small())
        .put("logs", files.logs())
        .put("bytes", files.bytes())
        .put("countedAt", files.counted().toString());
  }

  private static void put(ObjectNode json, Verified verified) {
    json.putObject("verified")
        .put("at", verified.at().toString())
        .put("lsn", verified.lsn())
        .put("scope", verified.scope())
        .put("rows", verified.rows())
        .put("missing", verified.missing())
        .put("extra", verified.extra())
        .put("different", verified.different())
        .put("unsettled", verified.unsettled());
  }

  private static void putText(ObjectNode json, String name, String text) {
    if (!text.isEmpty()) {
      json.put(name, text);
    }
  }

  private static ObjectNode tree() {
    return JsonNodeFactory.instance.objectNode();
  }
}
