package io.freshet.lake.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.lake.metrics.Verified;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The last comparison of each table, as small files in the warehouse, so that whoever reports on a
 * table finds it. They hold counts, no keys or values.
 */
public final class VerifyResults {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final JsonFiles files;
  private final Clock clock;
  private final Map<String, Long> written = new HashMap<>();
  private final Map<String, Verified> known = new ConcurrentHashMap<>();
  private Instant nextLook = Instant.MIN;

  public VerifyResults(URI warehouse, Configuration hadoop, Clock clock) {
    this.files = new JsonFiles(warehouse, "verified", hadoop);
    this.clock = clock;
  }

  /** Keeps a result in place of the table's former one. */
  public void save(Verification result, String scope) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", result.at().toString());
    json.put("lsn", result.lsn());
    json.put("scope", scope);
    json.put("rows", result.rows());
    json.put("missing", result.missing());
    json.put("extra", result.extra());
    json.put("different", result.different());
    json.put("unsettled", result.unsettled());
    files.write(result.table(), json);
  }

  /**
   * Looks for new results, at most once a minute; that costs one listing, and each new result a
   * read.
   *
   * @throws io.freshet.lake.LakeException if the warehouse can't be reached
   */
  public synchronized void refresh() {
    Instant now = clock.instant();
    if (now.isBefore(nextLook)) {
      return;
    }
    nextLook = now.plus(PAUSE);
    files
        .list()
        .forEach(
            (name, time) -> {
              if (!time.equals(written.put(name, time))) {
                files.read(name).ifPresent(json -> known.put(name, verified(json)));
              }
            });
  }

  /**
   * A table's, as of the last {@link #refresh}.
   *
   * @param table {@code database.table}
   */
  public Optional<Verified> of(String table) {
    return Optional.ofNullable(known.get(table));
  }

  private static Verified verified(JsonNode json) {
    return new Verified(
        Instant.parse(json.path("at").asText()),
        json.path("lsn").asText(),
        json.path("scope").asText(),
        json.path("rows").asLong(),
        json.path("missing").asLong(),
        json.path("extra").asLong(),
        json.path("different").asLong(),
        json.path("unsettled").asLong());
  }
}
