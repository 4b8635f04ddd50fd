package io.freshet.lake.job;

import io.freshet.lake.config.IndexConfig;
import io.freshet.lake.config.LakeConfig;
import io.freshet.lake.config.TableConfig;
import io.freshet.lake.config.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What of a changed configuration a running job can follow. */
final class Reload {
  private Reload() {}

  /** The tables' part of a new configuration, with everything else as it was. */
  static LakeConfig merged(LakeConfig running, LakeConfig changed) {
    return new LakeConfig(
        running.warehouse(),
        running.metastore(),
        running.source(),
        running.registry(),
        running.concurrentTables(),
        running.lease(),
        running.commits(),
        running.services(),
        running.metrics(),
        running.keysInMemory(),
        running.postgres(),
        changed.verify(),
        changed.rules());
  }

  /** What takes a restart, one line each. */
  static List<String> refused(LakeConfig running, LakeConfig changed) {
    List<String> refused = new ArrayList<>();
    require(refused, "lake.warehouse", running.warehouse(), changed.warehouse());
    require(refused, "lake.metastore", running.metastore(), changed.metastore());
    require(
        refused, "lake.concurrent-tables", running.concurrentTables(), changed.concurrentTables());
    require(refused, "lake.lease-seconds", running.lease(), changed.lease());
    require(refused, "lake.keys-in-memory", running.keysInMemory(), changed.keysInMemory());
    require(refused, "lake.commit-megabytes", running.commits().bytes(), changed.commits().bytes());
    require(
        refused,
        "lake.first-commit-megabytes",
        running.commits().firstBytes(),
        changed.commits().firstBytes());
    require(refused, "lake.metrics", running.metrics(), changed.metrics());
    require(refused, "source", running.source(), changed.source());
    require(refused, "registry", running.registry(), changed.registry());
    require(refused, "services", running.services(), changed.services());
    require(refused, "postgres", running.postgres(), changed.postgres());
    return refused;
  }

  private static void require(List<String> refused, String key, Object running, Object changed) {
    if (!running.equals(changed)) {
      // Without the values: a source's may hold secrets.
      refused.add(key + " was changed; that takes a restart of the job");
    }
  }

  /**
   * Why a living table can't take new settings; empty if it can.
   *
   * @param running what it is written with
   * @param changed what it shall be written with
   */
  static Optional<String> refused(TableConfig running, TableConfig changed) {
    TableSettings was = running.settings();
    TableSettings is = changed.settings();
    List<String> refused = new ArrayList<>();
    refuse(refused, "type", was.type(), is.type());
    refuse(refused, "partition-by", was.partitionBy(), is.partitionBy());
    refuse(refused, "index", spelt(was.index()), spelt(is.index()));
    refuse(refused, "without-key", was.withoutKey(), is.withoutKey());
    return refused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: %s; a table can't change it: use another table name, or drop the table and restart the job"
                .formatted(running.name(), String.join(", ", refused)));
  }

  private static String spelt(IndexConfig index) {
    String kind = index.kind().name().toLowerCase(Locale.ROOT);
    return index.buckets().isPresent()
        ? "%s with buckets: %d".formatted(kind, index.buckets().getAsInt())
        : kind;
  }

  private static void refuse(List<String> refused, String key, Object was, Object is) {
    if (!was.equals(is)) {
      refused.add("%s was changed from %s to %s".formatted(key, was, is));
    }
  }
}
