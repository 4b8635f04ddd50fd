package io.freshet.connect.s3;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * When a partition's open files are complete. A value of zero or less switches its rule off.
 *
 * @param records records in one of the files
 * @param bytes bytes in one of the files, its last block not yet compressed
 * @param intervalMs milliseconds since the files' first record was buffered
 * @param idleMs milliseconds since their last record was buffered
 * @param schedule times of the day
 * @param onClose whether they are landed when the partition is taken away or the task stops
 */
record RotationOptions(
    long records,
    long bytes,
    long intervalMs,
    long idleMs,
    RotationSchedule schedule,
    boolean onClose) {
  static final String RECORDS = "flush.size";
  static final String BYTES = "rotate.bytes";
  static final String INTERVAL = "rotate.interval.ms";
  static final String IDLE = "rotate.idle.ms";
  static final String SCHEDULE = "rotate.schedule.interval.ms";
  static final String TIMEZONE = "timezone";
  static final String ON_CLOSE = "rotate.on.close";

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
            + " not another record comes; -1: no limit, which is also the default where "
            + SCHEDULE
            + " is set.",
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
    def.define(
        SCHEDULE,
        Type.LONG,
        -1L,
        Importance.MEDIUM,
        "Files are landed at each multiple of these milliseconds after midnight, and at midnight,"
            + " whether or not another record comes; -1: no schedule.",
        GROUP,
        ++order,
        Width.SHORT,
        SCHEDULE);
    def.define(
        TIMEZONE,
        Type.STRING,
        "UTC",
        Checks.that("time zone", RotationOptions::zone),
        Importance.MEDIUM,
        "Whose midnight "
            + SCHEDULE
            + " counts from, and whose local time partitioners write, such as Europe/Berlin.",
        GROUP,
        ++order,
        Width.SHORT,
        TIMEZONE);
    def.define(
        ON_CLOSE,
        Type.BOOLEAN,
        true,
        Importance.MEDIUM,
        "Whether what is buffered is landed when the connector stops or a partition moves to another"
            + " task; otherwise it is read again from Kafka.",
        GROUP,
        ++order,
        Width.SHORT,
        ON_CLOSE);
  }

  static RotationOptions from(AbstractConfig config) {
    RotationSchedule schedule =
        new RotationSchedule(config.getLong(SCHEDULE), zone(config.getString(TIMEZONE)));
    boolean scheduledOnly = schedule.periodMs() > 0 && !config.originals().containsKey(INTERVAL);
    return new RotationOptions(
        config.getLong(RECORDS),
        config.getLong(BYTES),
        scheduledOnly ? -1 : config.getLong(INTERVAL),
        config.getLong(IDLE),
        schedule,
        config.getBoolean(ON_CLOSE));
  }

  /**
   * @throws IllegalArgumentException if there is no such zone
   */
  static ZoneId zone(String name) {
    try {
      return name.isBlank() ? ZoneOffset.UTC : ZoneId.of(name.strip());
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          "is no time zone; use a name such as UTC or Europe/Berlin", unknown);
    }
  }

  /** Whether the file is complete by its size. */
  boolean isFull(OpenFile file) {
    return records > 0 && file.records() >= records || bytes > 0 && file.bytes() >= bytes;
  }

  /**
   * When the files are complete by their age, milliseconds since the epoch; {@link Long#MAX_VALUE}:
   * never.
   */
  long dueAt(OpenFiles files) {
    long byAge = intervalMs > 0 ? files.openedAt() + intervalMs : Long.MAX_VALUE;
    long byIdleness = idleMs > 0 ? files.appendedAt() + idleMs : Long.MAX_VALUE;
    return Math.min(Math.min(byAge, byIdleness), schedule.after(files.openedAt()));
  }
}
