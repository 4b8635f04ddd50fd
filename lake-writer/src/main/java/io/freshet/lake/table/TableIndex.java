package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.IndexKind;
import io.freshet.lake.config.TableConfig;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a table's writer finds the file of a row. It can't change once the table has rows, so it
 * stands in the table's own commits.
 *
 * @param kind {@link IndexKind#BUCKET} or {@link IndexKind#GLOBAL}
 * @param buckets files of each partition, or of a table without partitions; 0 for a global index
 */
public record TableIndex(IndexKind kind, int buckets) {
  private static final String METADATA = TableTimeline.PREFIX + "index";

  /** Buckets of a table without partitions. */
  private static final int UNPARTITIONED = 4;

  /** The partitions divide a table already. */
  private static final int EACH_PARTITION = 1;

  /** Makes files of a few hundred megabytes, compressed. */
  private static final long SOURCE_BYTES_PER_BUCKET = 1L << 30;

  private static final int MOST_BUCKETS = 1_024;

  private static final TableIndex GLOBAL = new TableIndex(IndexKind.GLOBAL, 0);

  /** The index that a table was made with, or will be. */
  public static TableIndex of(TableSpec spec, TableTimeline timeline) {
    return timeline.index(spec.config()).orElseGet(() -> chosen(spec.config()));
  }

  /** The index of a table that is made now. */
  static TableIndex chosen(TableConfig table) {
    return table.index().kind() == IndexKind.GLOBAL
        ? GLOBAL
        : new TableIndex(
            IndexKind.BUCKET,
            table
                .index()
                .buckets()
                .orElse(table.partitionBy().isEmpty() ? UNPARTITIONED : EACH_PARTITION));
  }

  /**
   * The index of a table that is made now, from a source of a known size.
   *
   * @param bytes rows' size in the source
   */
  static TableIndex chosen(TableConfig table, long bytes) {
    TableIndex usual = chosen(table);
    boolean free = usual.bucket() && table.index().buckets().isEmpty();
    if (!free || !table.partitionBy().isEmpty()) {
      return usual;
    }
    long wanted = (bytes + SOURCE_BYTES_PER_BUCKET - 1) / SOURCE_BYTES_PER_BUCKET;
    return new TableIndex(
        IndexKind.BUCKET, (int) Math.max(usual.buckets(), Math.min(wanted, MOST_BUCKETS)));
  }

  /**
   * The index that a commit says its table has. Commits from before there was a choice say nothing.
   *
   * @param metadata its extra metadata
   */
  static TableIndex in(Map<String, String> metadata, TableConfig table) {
    String value = metadata.get(METADATA);
    if (value == null) {
      return table.partitionBy().isEmpty()
          ? new TableIndex(IndexKind.BUCKET, UNPARTITIONED)
          : GLOBAL;
    }
    String[] words = value.split(" ");
    try {
      return new TableIndex(
          IndexKind.valueOf(words[0].toUpperCase(Locale.ROOT)),
          words.length > 1 ? Integer.parseInt(words[1]) : 0);
    } catch (IllegalArgumentException unknown) {
      throw new LakeException(
          "%s was made with the index '%s', which this version does not know; use the version that wrote it"
              .formatted(table.name(), value),
          unknown);
    }
  }

  /** The pair of a commit's extra metadata that says which index the table has. */
  Map<String, String> metadata() {
    return Map.of(METADATA, bucket() ? "bucket " + buckets : "global");
  }

  boolean bucket() {
    return kind == IndexKind.BUCKET;
  }

  /**
   * What a configuration asks of an existing table in vain.
   *
   * @return the key and the value; empty if the table is as asked for
   */
  Optional<String> misfit(TableConfig table) {
    if (table.index().kind() != IndexKind.AUTO && table.index().kind() != kind) {
      return Optional.of("index: " + table.index().kind().name().toLowerCase(Locale.ROOT));
    }
    return table.index().buckets().stream()
        .filter(wanted -> wanted != buckets)
        .mapToObj(wanted -> "buckets: " + wanted)
        .findFirst();
  }

  /** As a plan and an error's text name it. */
  @Override
  public String toString() {
    return !bucket()
        ? "global"
        : buckets == 1 ? "bucket (1 bucket)" : "bucket (%d buckets)".formatted(buckets);
  }
}
