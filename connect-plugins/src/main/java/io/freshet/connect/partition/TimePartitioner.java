package io.freshet.connect.partition;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.apache.kafka.connect.sink.SinkRecord;

/** One folder for each period of local time. */
public final class TimePartitioner implements Partitioner {
  private final TimestampExtractor extractor;
  private final PathFormat format;
  private final ZoneId zone;
  private final long periodMs;
  private long lastBegin = Long.MIN_VALUE;
  private ZoneOffset lastOffset;
  private String lastPath;

  /**
   * @param period a folder's length, positive; periods are counted from the epoch's local midnight
   * @param zone whose local time it is
   */
  public TimePartitioner(
      TimestampExtractor extractor, PathFormat format, ZoneId zone, Duration period) {
    this.extractor = extractor;
    this.format = format;
    this.zone = zone;
    this.periodMs = period.toMillis();
  }

  @Override
  public String path(SinkRecord record, EncodedRecord encoded) {
    long time = extractor.extract(record, encoded);
    try {
      ZoneOffset offset = zone.getRules().getOffset(Instant.ofEpochMilli(time));
      long local = Math.addExact(time, offset.getTotalSeconds() * 1_000L);
      long begin = Math.floorDiv(local, periodMs) * periodMs;
      if (begin != lastBegin || !offset.equals(lastOffset)) {
        lastPath = format(begin, offset);
        lastBegin = begin;
        lastOffset = offset;
      }
      return lastPath;
    } catch (DateTimeException | ArithmeticException outOfRange) {
      throw new BadRecordException(
          record,
          "its time, %d ms since the epoch, can't be written as path.format says: %s"
              .formatted(time, outOfRange.getMessage()),
          outOfRange);
    }
  }

  /** Where clocks are put back an hour comes twice: the record's own offset says which it is. */
  private String format(long begin, ZoneOffset offset) {
    LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(begin), ZoneOffset.UTC);
    return format.format(ZonedDateTime.ofLocal(local, zone, offset));
  }
}
