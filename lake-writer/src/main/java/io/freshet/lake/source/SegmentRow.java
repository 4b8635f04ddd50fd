package io.freshet.lake.source;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** A segment as a row of a stream, and back. */
final class SegmentRow {
  static final StructType SCHEMA =
      StructType.fromDDL(
          "topic string not null, partition int not null, position bigint not null,"
              + " next bigint not null, records bigint, schema_id bigint, path string, bytes bigint");

  private SegmentRow() {}

  static InternalRow of(Segment segment) {
    LandedFile file = segment instanceof LandedFile landed ? landed : null;
    return new GenericInternalRow(
        new Object[] {
          UTF8String.fromString(segment.topic()),
          segment.partition(),
          segment.position(),
          segment.next(),
          file == null ? null : file.records(),
          file == null ? null : file.schemaId(),
          file == null ? null : UTF8String.fromString(file.path()),
          file == null ? null : file.bytes()
        });
  }

  static Segment segment(Row row) {
    if (row.isNullAt(6)) {
      return new KafkaRange(row.getString(0), row.getInt(1), row.getLong(2), row.getLong(3));
    }
    return new LandedFile(
        row.getString(0),
        row.getInt(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getString(6),
        row.getLong(7));
  }
}
