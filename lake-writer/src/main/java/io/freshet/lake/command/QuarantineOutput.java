package io.freshet.lake.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.lake.change.BadRecord;
import io.freshet.lake.quarantine.QuarantineFolder;
import io.freshet.lake.quarantine.QuarantineListing;
import io.freshet.lake.quarantine.ReplayRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Prints what is in quarantine. A row's values are printed only when asked for. */
final class QuarantineOutput {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LOOK_MS = 500;

  private final QuarantineListing listing;
  private final PrintWriter out;
  private final boolean json;

  QuarantineOutput(QuarantineListing listing, PrintWriter out, boolean json) {
    this.listing = listing;
    this.out = out;
    this.json = json;
  }

  void list(Optional<String> table, ReplayRequest which) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"TABLE", "TOPIC", "PARTITION", "OFFSET", "REASON"});
    for (QuarantineListing.Table each : listing.tables(table)) {
      for (BadRecord record : listing.records(each, which)) {
        if (json) {
          print(described(each, record));
        } else {
          lines.add(
              new String[] {
                each.name(),
                record.topic(),
                Integer.toString(record.partition()),
                Long.toString(record.offset()),
                record.reason()
              });
        }
      }
    }
    if (!json && lines.size() == 1) {
      out.println("nothing is in quarantine");
    } else if (!json) {
      aligned(lines);
    }
    out.flush();
  }

  private void aligned(List<String[]> lines) {
    int last = lines.get(0).length - 1;
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < last; i++) {
        int column = i;
        int width = lines.stream().mapToInt(each -> each[column].length()).max().orElse(0);
        text.append(line[i]).append(" ".repeat(width - line[i].length() + 2));
      }
      out.println(text.append(line[last]));
    }
  }

  void show(Optional<String> table, ReplayRequest which, boolean values) {
    for (QuarantineListing.Table each : listing.tables(table)) {
      for (BadRecord record : listing.records(each, which)) {
        Map<String, Object> fields = described(each, record);
        if (values) {
          record.key().ifPresent(key -> fields.put("key", key));
          record.row().ifPresent(row -> fields.put("row", row));
          fields.put("raw", Base64.getEncoder().encodeToString(record.raw()));
        }
        if (json) {
          print(fields);
        } else {
          fields.forEach((name, value) -> out.println(name + ": " + value));
          out.println();
        }
      }
    }
    out.flush();
  }

  private static Map<String, Object> described(QuarantineListing.Table table, BadRecord record) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("table", table.name());
    fields.put("topic", record.topic());
    fields.put("partition", record.partition());
    fields.put("offset", record.offset());
    fields.put("kafka_timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
    fields.put("reason", record.reason());
    fields.put("bytes", record.raw().length);
    fields.put("schema", record.schema().orElse("unknown"));
    return fields;
  }

  private void print(Map<String, Object> fields) {
    try {
      out.println(JSON.writeValueAsString(fields));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Asks for a replay, and says what came of it.
   *
   * @param patience how long to wait for it; what is asked for stands also afterwards
   */
  void replay(Optional<String> table, ReplayRequest which, Duration patience)
      throws InterruptedException {
    Map<QuarantineListing.Table, String> requests = new LinkedHashMap<>();
    Map<QuarantineListing.Table, Integer> asked = new LinkedHashMap<>();
    for (QuarantineListing.Table each : listing.tables(table)) {
      int records = listing.records(each, which).size();
      if (records > 0) {
        asked.put(each, records);
        requests.put(each, listing.folder(each).request(which));
      }
    }
    if (asked.isEmpty()) {
      out.println("nothing of this is in quarantine");
    }
    long deadline = System.nanoTime() + patience.toNanos();
    for (Map.Entry<QuarantineListing.Table, String> request : requests.entrySet()) {
      QuarantineFolder folder = listing.folder(request.getKey());
      while (isWaiting(folder, request.getValue()) && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
      report(
          request.getKey(),
          asked.get(request.getKey()),
          isWaiting(folder, request.getValue()),
          which);
    }
    out.flush();
  }

  private static boolean isWaiting(QuarantineFolder folder, String request) {
    return folder.requests().contains(request);
  }

  private void report(
      QuarantineListing.Table table, int asked, boolean waiting, ReplayRequest which) {
    int left = listing.records(table, which).size();
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("table", table.name());
      fields.put("asked", asked);
      fields.put("left", left);
      fields.put("done", !waiting);
      print(fields);
    } else if (waiting) {
      out.printf(
          "%s: %d records asked for; the table's ingest takes them in when it runs next%n",
          table.name(), asked);
    } else {
      out.printf(
          "%s: %d of %d records left the quarantine%s%n",
          table.name(), asked - left, asked, left == 0 ? "" : "; 'list' says why not the others");
    }
  }
}
