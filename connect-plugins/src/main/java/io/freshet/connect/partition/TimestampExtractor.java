package io.freshet.connect.partition;

import io.freshet.connect.avro.BadRecordException;
import io.freshet.connect.avro.EncodedRecord;
import io.freshet.connect.avro.RecordEncoder;
import java.time.Clock;
import java.time.DateTimeException;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/** Says which time a record belongs to. Used by one thread. */
@FunctionalInterface
public interface TimestampExtractor {

  /**
   * @return milliseconds since the epoch
   * @throws BadRecordException if the record has no time
   */
  long extract(SinkRecord record, EncodedRecord encoded);

  /** The time at which the record is taken. */
  static TimestampExtractor wallclock(Clock clock) {
    return (record, encoded) -> clock.millis();
  }

  /** The record's Kafka timestamp. */
  static TimestampExtractor record() {
    return (record, encoded) -> {
      if (record.timestamp() == null || record.timestamp() < 0) {
        throw new BadRecordException(record, "the record has no timestamp to tell its folder by");
      }
      return record.timestamp();
    };
  }

  /**
   * A field of the record's value: a date or timestamp of Connect's, Avro's or Debezium's types, a
   * text in ISO 8601, a long of milliseconds or an int of seconds since the epoch.
   *
   * @param name the field's name; a dot leads into a record
   * @param messages reader of Avro messages that are landed in another form; absent: none are read
   */
  static TimestampExtractor field(String name, Optional<? extends RecordEncoder> messages) {
    RecordField field = new RecordField(name, messages);
    return (record, encoded) -> {
      FieldValue value =
          field
              .read(record, encoded)
              .orElseThrow(
                  () ->
                      new BadRecordException(
                          record,
                          "field '%s' is null, so the record has no time to tell its folder by"
                              .formatted(name)));
      try {
        return value.moment();
      } catch (DateTimeException | ArithmeticException none) {
        throw new BadRecordException(
            record,
            "field '%s' is '%s', which is no moment that a folder can be told by: %s"
                .formatted(name, value.raw(), none.getMessage()),
            none);
      }
    };
  }
}
