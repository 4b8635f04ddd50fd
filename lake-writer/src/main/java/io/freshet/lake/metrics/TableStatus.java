package io.freshet.lake.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One table at a moment.
 *
 * @param table {@code database.table}
 * @param topic its topic
 * @param state whether it advances
 * @param reason why it does not; empty text where it does
 * @param retryIn how long until the next try; empty where none is due
 * @param position next Kafka offset to read, by Kafka partition
 * @param activity what this job has done; empty where no job was asked
 * @param lastCommit when its newest commit could be queried from; empty before the first one
 * @param newestSource when the newest of its queryable changes was committed in the source; empty
 *     where that is not known
 * @param backlog what it has yet to read
 * @param quarantined records that lie in its quarantine; empty where that was not asked
 * @param files its files; empty where they were not counted yet
 * @param verified its last comparison with the source; empty before the first one
 */
public record TableStatus(
    String table,
    String topic,
    TableState state,
    String reason,
    Optional<Duration> retryIn,
    Map<Integer, Long> position,
    Optional<Activity> activity,
    Optional<Instant> lastCommit,
    Optional<Instant> newestSource,
    Optional<Backlog> backlog,
    OptionalLong quarantined,
    Optional<FileCounts> files,
    Optional<Verified> verified) {

  /**
   * What a job has done for a table since it started.
   *
   * @param commits commits
   * @param rows rows that they wrote
   * @param bytes bytes that they wrote
   * @param retries tries that followed a failed one
   * @param latency how long its commits took; empty before the first
   */
  public record Activity(
      long commits, long rows, long bytes, long retries, Optional<Latency> latency) {}

  /**
   * How long commits took, from the choice of their files to the end of the commit.
   *
   * @param last the newest one
   * @param p50 half of those of the last hour took no longer
   * @param p95 95 % of those of the last hour took no longer
   */
  public record Latency(Duration last, Duration p50, Duration p95) {}
}
