package io.freshet.lake.copy;

import io.freshet.lake.snapshot.SnapshotResult;
import java.util.List;
import java.util.Map;

/**
 * What a copy has done.
 *
 * @param copied tables that are whole in the target
 * @param failed of each other table the reason; it is as it was
 */
public record CopyResult(List<SnapshotResult.Loaded> copied, Map<String, String> failed) {
  public CopyResult {
    copied = List.copyOf(copied);
    failed = Map.copyOf(failed);
  }
}
