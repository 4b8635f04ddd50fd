package io.freshet.connect.s3;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * When a file is complete. A value of zero or less switches its rule off.
 *
 * @param records records in the file
 * @param bytes bytes in the file, its last block not yet compressed
 * @param intervalMs milliseconds since the file's first record was buffered
 * @param idleMs milliseconds since its last record was buffered
 */
record RotationOptions(long records, long bytes, long intervalMs, long idleMs) {
  static final String RECORDS = "flush.size";
  static final String BYTES = "rotate.bytes";
  static final String INTERVAL = "rotate.interval.ms";
  static final String IDLE = "rotate.idle.ms";

  private static final String GROUP = "Rotation";

  static void define(ConfigDef def) {
    int order = 0;
    def.define(
        RECORDS,
        Type.LONG,
        100_000L,
        Importance.HIGH,
        "Records after which a file is landed; -1: no limit.",
        GROUP,
        ++order,
        Width.SHORT,
        RECORDS);
    def.define(
        BYTES,
        Type.LONG,
        128L * 1024 * 1024,
        Importance.MEDIUM,
        "Bytes after which a file is landed; -1: no limit.",
        GROUP,
        ++order,
        Width.SHORT,
        BYTES);
    def.define(
        INTERVAL,
        Type.LONG,
        60_000L,
        Importance.HIGH,
        "Milliseconds after a file's first record was buffered when the file is landed, whether or"
            + " not another record comes; -1: no limit.",
        GROUP,
        ++order,
        Width.SHORT,
        INTERVAL);
    def.define(
        IDLE,
        Type.LONG,
        -1L,
        Importance.MEDIUM,
        "Milliseconds without a new record of the partition after which its file is landed; -1: no"
            + " limit.",
        GROUP,
        ++order,
        Width.SHORT,
        IDLE);
  }

  static RotationOptions from(AbstractConfig config) {
    return new RotationOptions(
        config.getLong(RECORDS),
        config.getLong(BYTES),
        config.getLong(INTERVAL),
        config.getLong(IDLE));
  }

  /** Whether the file is complete by its size. */
  boolean isFull(OpenFile file) {
    return records > 0 && file.records() >= records || bytes > 0 && file.bytes() >= bytes;
  }

  /** When the file is complete by its age, milliseconds since the epoch; empty: never. */
  OptionalLong dueAt(OpenFile file) {
    return LongStream.of(
            intervalMs > 0 ? file.openedAt() + intervalMs : Long.MAX_VALUE,
            idleMs > 0 ? file.appendedAt() + idleMs : Long.MAX_VALUE)
        .filter(due -> due != Long.MAX_VALUE)
        .min();
  }
}
