package io.freshet.lake.table;

import io.freshet.lake.config.DeleteMode;
import io.freshet.schemas.ChangeColumns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hudi.common.table.HoodieTableConfig;

/** The options that every write of a table passes to Hudi. */
final class HudiOptions {
  /** Which value a merge takes for one that the source did not log: the key of that setting. */
  static final String UNAVAILABLE_VALUE =
      HoodieTableConfig.RECORD_MERGE_PROPERTY_PREFIX
          + HoodieTableConfig.PARTIAL_UPDATE_UNAVAILABLE_VALUE;

  private HudiOptions() {}

  static Map<String, String> of(TableSpec spec, TableIndex index, int parallelism) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("hoodie.table.name", spec.config().table());
    options.put("hoodie.database.name", spec.config().database());
    options.put("hoodie.datasource.write.table.type", spec.config().type().name());
    options.put("hoodie.datasource.write.operation", "upsert");
    options.put("hoodie.datasource.write.recordkey.field", String.join(",", spec.keys()));
    options.put(
        "hoodie.datasource.write.partitionpath.field",
        String.join(",", spec.config().partitionBy()));
    options.put("hoodie.datasource.write.keygenerator.class", keyGenerator(spec));
    options.put("hoodie.datasource.write.hive_style_partitioning", "true");
    // A value may hold a slash, which would otherwise make a folder of its own.
    options.put("hoodie.datasource.write.partitionpath.urlencode", "true");
    options.put("hoodie.avro.write.support.class", ProlepticWriteSupport.class.getName());
    order(options);
    // A table says so too, which its readers hear; Hudi 1.2.0's compaction hears its writer alone.
    options.put(UNAVAILABLE_VALUE, HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE);
    deletes(spec, index, options);
    index(index, options, parallelism);
    services(options);
    freshness(options);
    if (index.bucket() && spec.mergeOnRead()) {
      // Between two stages of a commit its rows stay as they are where memory is enough; Hudi would
      // write each of them to bytes for that, and read it from there again.
      options.put("hoodie.write.tagged.record.storage.level", "MEMORY_AND_DISK");
    }
    return options;
  }

  private static String keyGenerator(TableSpec spec) {
    return "org.apache.hudi.keygen."
        + (!spec.partitioned()
            ? "NonpartitionedKeyGenerator"
            : spec.keys().size() == 1 && spec.config().partitionBy().size() == 1
                ? "SimpleKeyGenerator"
                : "ComplexKeyGenerator");
  }

  private static void order(Map<String, String> options) {
    options.put("hoodie.table.ordering.fields", ChangeColumns.OFFSET);
    options.put("hoodie.datasource.write.precombine.field", ChangeColumns.OFFSET);
    options.put("hoodie.write.record.merge.mode", "EVENT_TIME_ORDERING");
    // The rows of one commit have different keys already.
    options.put("hoodie.combine.before.upsert", "false");
    options.put("hoodie.combine.before.insert", "false");
  }

  private static void deletes(TableSpec spec, TableIndex index, Map<String, String> options) {
    boolean hard = spec.config().deletes() == DeleteMode.HARD;
    if (hard || spec.moves(index)) {
      options.put("hoodie.payload.delete.field", ChangeColumns.OP);
      options.put("hoodie.payload.delete.marker", hard ? "d" : Relocation.MOVED);
    }
  }

  /** Each commit keeps when the newest of its changes was committed in the source. */
  private static void freshness(Map<String, String> options) {
    options.put("hoodie.writestatus.class", SourceTimes.class.getName());
    options.put("hoodie.write.merge.handle.class", SourceTimesMerge.class.getName());
  }

  private static void index(TableIndex index, Map<String, String> options, int parallelism) {
    if (index.bucket()) {
      options.put("hoodie.index.type", "BUCKET");
      options.put("hoodie.index.class", KnownBuckets.class.getName());
      options.put("hoodie.bucket.index.num.buckets", Integer.toString(index.buckets()));
    } else {
      options.put("hoodie.index.type", "GLOBAL_SIMPLE");
      options.put("hoodie.simple.index.update.partition.path", "true");
    }
    // Neither index asks the bloom filters, which would add some 400 kB to every base file.
    options.put("hoodie.parquet.bloom.filter.enabled", "false");
    // CompactionClient searches their bytes.
    options.put("hoodie.logfile.data.block.format", "avro");
    // Hudi's default, gzip, takes several times the CPU for the same size.
    options.put("hoodie.parquet.compression.codec", "zstd");
    // Hudi's defaults are 100 and more, and the tasks of small commits cost more than their work.
    String tasks = Integer.toString(parallelism);
    for (String step :
        List.of(
            "upsert.shuffle",
            "insert.shuffle",
            "delete.shuffle",
            "simple.index",
            "global.simple.index",
            "global.index.reconcile",
            "cleaner",
            "rollback",
            "archive.delete")) {
      options.put("hoodie." + step + ".parallelism", tasks);
    }
    options.put("hoodie.finalize.write.parallelism", "1");
    options.put("hoodie.markers.delete.parallelism", "1");
  }

  private static void services(Map<String, String> options) {
    // Off for every writer alike: Hudi 1.2.0's metadata table leaks S3A connections.
    options.put("hoodie.metadata.enable", "false");
    options.put("hoodie.embed.timeline.server", "false");
    options.put("hoodie.write.markers.type", "DIRECT");
    // One writer a table: its instants need no distance for other machines' clocks.
    options.put("hoodie.time.generator.max_expected_clock_skew_ms", "1");
    // A commit does nothing but commit: TableServices does the rest.
    options.put("hoodie.clean.automatic", "false");
    options.put("hoodie.archive.automatic", "false");
    options.put("hoodie.compact.inline", "false");
    options.put("hoodie.datasource.compaction.async.enable", "false");
  }
}
