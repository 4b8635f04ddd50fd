package io.freshet.lake.config.hoodie;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why something that HoodieStreamer was told has no setting here. */
final class StreamerNotes {
  private static final Map<String, String> FLAGS =
      Map.of(
          "--op", "every change is an upsert by its key; a first load is as well",
          "--continuous", "ingest goes on unless it is told --once",
          "--filter-dupes", "a table's commits hold its position: nothing is read twice",
          "--schemaprovider-class", "schemas are those of the landed files, or the registry's",
          "--sync-tool-classes", "the Hive metastore is told, if lake.metastore names one",
          "--source-limit", "a commit takes at most 256 MB and 1,000 files",
          "--checkpoint", "the position stands in the table's own commits",
          "--commit-on-errors", "a record that can't be written goes to the quarantine",
          "--transformer-class",
              "rows are written as the source has them; transform them downstream");

  private static final Map<String, String> PREFIXES = prefixes();

  private StreamerNotes() {}

  private static Map<String, String> prefixes() {
    Map<String, String> prefixes = new LinkedHashMap<>();
    prefixes.put("hoodie.datasource.write.operation", "every change is an upsert by its key");
    prefixes.put(
        "hoodie.datasource.write.reconcile.schema", "new and widened columns flow by themselves");
    prefixes.put(
        "hoodie.datasource.write.hive_style_partitioning", "partitions are always key=value");
    prefixes.put("hoodie.datasource.write.", "writing is set up to fit the table");
    prefixes.put("hoodie.datasource.hive_sync.", "lake.metastore is all that the sync needs");
    prefixes.put("hoodie.datasource.meta.sync.", "lake.metastore is all that the sync needs");
    prefixes.put("hoodie.index.", "the index is Freshet's; see index and buckets");
    prefixes.put("hoodie.bucket.index.", "the index is Freshet's; see index and buckets");
    prefixes.put("hoodie.bloom.", "the index is Freshet's; see index and buckets");
    prefixes.put("hoodie.simple.index.", "the index is Freshet's; see index and buckets");
    prefixes.put("hoodie.metadata.", "the metadata table is off for every writer");
    prefixes.put("hoodie.compact", "compaction runs beside ingestion; see services");
    prefixes.put("hoodie.clean", "cleaning keeps what time-travel-hours needs");
    prefixes.put("hoodie.keep.", "archiving keeps what services.active-commits says");
    prefixes.put("hoodie.archive.", "archiving keeps what services.active-commits says");
    prefixes.put("hoodie.streamer.schemaprovider.", "schemas come from the files or the registry");
    prefixes.put("hoodie.streamer.ingestion.", "turn each table's own file into YAML");
    prefixes.put("hoodie.streamer.transformer.", "rows are written as the source has them");
    prefixes.put("hoodie.streamer.", "it is a setting of HoodieStreamer's own");
    prefixes.put("auto.offset.reset", "a new table reads its topic from the beginning");
    prefixes.put("group.id", "no consumer group is used");
    return prefixes;
  }

  static String flag(String name) {
    return FLAGS.getOrDefault(name, "it is a setting of HoodieStreamer's own");
  }

  static String property(String key) {
    if (key.endsWith(".parallelism")) {
      return "parallelism follows from the cluster's cores";
    }
    return PREFIXES.entrySet().stream()
        .filter(prefix -> key.startsWith(prefix.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("it has no meaning here");
  }
}
