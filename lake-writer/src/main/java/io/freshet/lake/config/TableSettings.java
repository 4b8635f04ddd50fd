package io.freshet.lake.config;

import java.time.Duration;
import java.util.List;

/**
 * What a table is like, apart from its name and its topic.
 *
 * @param type how Hudi stores it
 * @param partitionBy source columns that partition it; empty for none
 * @param deletes what a DELETE leaves
 * @param withoutKey what becomes of a topic whose messages have no key
 * @param timeTravel how far back a query as of an instant reaches at least, one hour or more
 * @param quarantineMaxRecords how many records may be in the table's quarantine before it stops
 * @param bareNumeric how decimals of any size are stored
 * @param currentView whether the metastore has a view of the rows that are not deleted softly
 * @param index how its writer finds the file of a row
 */
public record TableSettings(
    TableType type,
    List<String> partitionBy,
    DeleteMode deletes,
    WithoutKey withoutKey,
    Duration timeTravel,
    int quarantineMaxRecords,
    BareNumeric bareNumeric,
    boolean currentView,
    IndexConfig index) {

  private static final int QUARANTINE_MAX_RECORDS = 1_000;

  /** What a table is like where nothing is said. */
  public static final TableSettings DEFAULTS =
      new TableSettings(
          TableType.MERGE_ON_READ,
          List.of(),
          DeleteMode.SOFT,
          WithoutKey.REFUSE,
          Duration.ofHours(24));

  /** With the usual limit to its quarantine, decimals, view and index as by {@link #DEFAULTS}. */
  public TableSettings(
      TableType type,
      List<String> partitionBy,
      DeleteMode deletes,
      WithoutKey withoutKey,
      Duration timeTravel) {
    this(
        type,
        partitionBy,
        deletes,
        withoutKey,
        timeTravel,
        QUARANTINE_MAX_RECORDS,
        BareNumeric.DECIMAL,
        true,
        IndexConfig.DEFAULT);
  }

  public TableSettings {
    partitionBy = List.copyOf(partitionBy);
  }

  /** The same with another index. */
  public TableSettings with(IndexConfig other) {
    return new TableSettings(
        type,
        partitionBy,
        deletes,
        withoutKey,
        timeTravel,
        quarantineMaxRecords,
        bareNumeric,
        currentView,
        other);
  }
}
