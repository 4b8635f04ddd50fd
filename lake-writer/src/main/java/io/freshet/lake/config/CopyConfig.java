package io.freshet.lake.config;

import java.util.List;

/**
 * Tables to copy from one system to another.
 *
 * @param source where they are
 * @param target where they come
 * @param concurrentTables how many are copied at the same time, 1 or more
 * @param tables at least one, each with another name in the target
 */
public record CopyConfig(
    CopySource source, CopyTarget target, int concurrentTables, List<CopyTable> tables) {
  public CopyConfig {
    tables = List.copyOf(tables);
  }
}
