package io.freshet.lake.metrics;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job at a moment.
 *
 * @param phase what it is doing
 * @param reason why it is broken; empty text where it is not
 * @param at the moment
 * @param since when it started; empty where no job was asked
 * @param source where its changes come from
 * @param storeRequests requests to S3 since it started, by who made them: {@code source} and {@code
 *     tables}; of this process alone, so on a cluster the driver's
 * @param tables its tables
 * @param refused topics that make no table, with the reason
 * @param config what became of the newest change of the config file; empty if there was none
 */
public record JobStatus(
    Phase phase,
    String reason,
    Instant at,
    Optional<Instant> since,
    String source,
    Map<String, Long> storeRequests,
    List<TableStatus> tables,
    Map<String, String> refused,
    Optional<ConfigStatus> config) {

  /** What a job is doing. */
  public enum Phase {
    /** It opens its tables. */
    STARTING,
    /** It commits what has landed. */
    RUNNING,
    /** It ends after the commits under way. */
    STOPPING,
    /** Its writers broke, and nothing is committed any more. */
    BROKEN,
    /** No job was asked: what is known stands in the tables. */
    NOT_RUNNING
  }
}
