package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.source.TopicPosition;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.TimelineUtils;

/**
 * What the newest commit of a table's writer says of itself.
 *
 * @param position how far the topic is read with it
 * @param completed when it could be queried from
 * @param rows rows that it wrote: inserted, updated and deleted ones; for a table that is copied on
 *     write, those that were copied along are not among them
 * @param bytes bytes that it wrote, those that were copied along included
 * @param newestSource when the newest of its changes was committed in the source database; empty
 *     where its rows do not say
 */
public record LastCommit(
    TopicPosition position,
    Instant completed,
    long rows,
    long bytes,
    Optional<Instant> newestSource) {

  static LastCommit of(
      HoodieInstant instant,
      HoodieCommitMetadata metadata,
      TopicPosition position,
      Optional<Instant> newestSource) {
    return new LastCommit(
        position,
        completion(instant),
        rows(metadata),
        metadata.fetchTotalBytesWritten(),
        newestSource);
  }

  private static Instant completion(HoodieInstant instant) {
    String time =
        instant.getCompletionTime() == null ? instant.requestedTime() : instant.getCompletionTime();
    try {
      return TimelineUtils.parseDateFromInstantTime(time).toInstant();
    } catch (ParseException foreign) {
      throw new LakeException("'" + time + "' is no instant of Hudi's", foreign);
    }
  }

  private static long rows(HoodieCommitMetadata metadata) {
    return metadata.getWriteStats().stream()
        .mapToLong(
            stat ->
                // Of a file that is copied on write, numWrites counts the copied rows too.
                stat.getNumInserts() + stat.getNumUpdateWrites() + stat.getNumDeletes())
        .sum();
  }
}
