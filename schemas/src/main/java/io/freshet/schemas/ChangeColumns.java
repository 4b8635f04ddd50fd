package io.freshet.schemas;

import java.util.Set;

/**
 * Names of the columns that describe a change, beside the source table's own columns.
 *
 * <p>The first seven are the names Debezium's {@code ExtractNewRecordState} gives its metadata with
 * the default prefix {@code __} and {@code add.fields=op,db,schema,table,lsn,source.ts_ms}; the
 * others are added by Freshet.
 */
public final class ChangeColumns {
  /** Operation: {@code r} snapshot read, {@code c} create, {@code u} update, {@code d} delete. */
  public static final String OP = "__op";

  /** Source database name. */
  public static final String DB = "__db";

  /** Source schema name. */
  public static final String SCHEMA = "__schema";

  /** Source table name. */
  public static final String TABLE = "__table";

  /** PostgreSQL log sequence number of the change; information only, it does not order changes. */
  public static final String LSN = "__lsn";

  /** Commit time at the source, milliseconds since the epoch. */
  public static final String SOURCE_TS_MS = "__source_ts_ms";

  /** {@code true} where the row is gone at the source; Debezium emits it as a string. */
  public static final String DELETED = "__deleted";

  /**
   * Kafka offset of the change: the order of the changes of one key. {@link #SNAPSHOT_OFFSET} for a
   * row of a bulk snapshot, which never beats a streamed change.
   */
  public static final String OFFSET = "__offset";

  /** Kafka partition that the change came from. */
  public static final String PARTITION = "__partition";

  /** Kafka record timestamp, milliseconds since the epoch; only in the landing log. */
  public static final String KAFKA_TIMESTAMP = "__kafka_timestamp";

  /** The record's key, null where it has none; only in the landing log, when asked for. */
  public static final String KEY = "__key";

  /**
   * The record's Kafka headers, an array of records of {@code key} (string) and {@code value}
   * (bytes, nullable), in their order; only in the landing log, when asked for.
   */
  public static final String HEADERS = "__headers";

  /** Columns of the landing log that a lake table doesn't have. */
  public static final Set<String> LANDING = Set.of(KAFKA_TIMESTAMP, KEY, HEADERS);

  /** {@link #OFFSET} of a row that was not streamed. */
  public static final long SNAPSHOT_OFFSET = -1L;

  /** Every change column of a lake table, in the order in which they stand there. */
  public static final Set<String> LAKE =
      java.util.Collections.unmodifiableSet(
          new java.util.LinkedHashSet<>(
              java.util.List.of(
                  OP, DB, SCHEMA, TABLE, LSN, SOURCE_TS_MS, DELETED, OFFSET, PARTITION)));

  private ChangeColumns() {}
}
