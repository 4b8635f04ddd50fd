package io.freshet.lake.metrics;

import java.time.Instant;
import java.util.List;

/**
 * What became of the newest change of a job's config file.
 *
 * @param changed when it was seen
 * @param refused what of it the running job does not follow, with the reason; empty if it follows
 *     all of it
 */
public record ConfigStatus(Instant changed, List<String> refused) {
  public ConfigStatus {
    refused = List.copyOf(refused);
  }
}
