package io.freshet.lake.change;

import io.freshet.lake.config.BareNumeric;
import org.apache.spark.sql.types.DataType;

/** What the lake's columns make of recorded messages. */
public final class RecordedLake {
  private RecordedLake() {}

  /** The lake's type of a recorded column. */
  public static DataType type(RecordedColumn column) {
    return of(column).dataType();
  }

  /** Spark's internal value of one of its messages. */
  public static Object value(RecordedColumn column, Object message) {
    return of(column).converter().convert(message);
  }

  private static ColumnType of(RecordedColumn column) {
    return ColumnType.of("v", column.schema(), BareNumeric.DECIMAL);
  }
}
