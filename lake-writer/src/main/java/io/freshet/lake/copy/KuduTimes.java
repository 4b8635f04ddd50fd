package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.util.RebaseDateTime;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Dates and timestamps between Spark and Kudu, where they are days and microseconds since 1970.
 * Kudu's connector hands them on as those of {@code java.sql}, whose calendar is the Julian one
 * before 1582: it would store other moments, and take a year BC for one AD.
 */
final class KuduTimes {
  private static final int FIRST_DAY = (int) LocalDate.of(1, 1, 1).toEpochDay();

  /** Days that the calendar of {@code java.sql} has not. */
  private static final int LEAP_FROM = (int) LocalDate.of(1582, 10, 5).toEpochDay();

  private static final int LEAP_TO = (int) LocalDate.of(1582, 10, 15).toEpochDay();

  private KuduTimes() {}

  /** Rows that the connector stores as these ones. */
  static Dataset<Row> toKudu(Dataset<Row> rows, CopyTable table) {
    Dataset<Row> moved = rows;
    for (StructField field : rows.schema().fields()) {
      String name = "`" + field.name() + "`";
      String title = table.from() + "." + field.name();
      if (field.dataType().equals(DataTypes.TimestampType)) {
        moved = moved.withColumn(field.name(), micros(name, micros -> stored(micros, title)));
      } else if (field.dataType().equals(DataTypes.DateType)) {
        UDF1<Integer, Integer> check = day -> day == null ? null : checked(day, title);
        moved =
            moved.withColumn(
                field.name(),
                functions.call_udf(
                    "date_from_unix_date",
                    functions
                        .udf(check, DataTypes.IntegerType)
                        .apply(functions.expr("unix_date(" + name + ")"))));
      }
    }
    return moved;
  }

  /** The rows that Kudu has, of those that the connector has read. */
  static Dataset<Row> fromKudu(Dataset<Row> rows) {
    Dataset<Row> moved = rows;
    for (StructField field : rows.schema().fields()) {
      if (field.dataType().equals(DataTypes.TimestampType)) {
        moved =
            moved.withColumn(
                field.name(),
                micros("`" + field.name() + "`", RebaseDateTime::rebaseGregorianToJulianMicros));
      }
    }
    return moved;
  }

  private interface Move extends java.io.Serializable {
    long of(long micros);
  }

  private static Column micros(String column, Move move) {
    UDF1<Long, Long> moved = micros -> micros == null ? null : move.of(micros);
    return functions.timestamp_micros(
        functions
            .udf(moved, DataTypes.LongType)
            .apply(functions.expr("unix_micros(" + column + ")")));
  }

  /** What becomes the given moment when the connector has it. */
  private static long stored(long micros, String column) {
    long before = RebaseDateTime.rebaseJulianToGregorianMicros(micros);
    if (RebaseDateTime.rebaseGregorianToJulianMicros(before) != micros) {
      throw unfit(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), column);
    }
    return before;
  }

  private static int checked(int day, String column) {
    if (day < FIRST_DAY || day >= LEAP_FROM && day < LEAP_TO) {
      throw unfit(LocalDate.ofEpochDay(day), column);
    }
    return day;
  }

  private static LakeException unfit(Object value, String column) {
    return new LakeException(
        "column %s holds %s, which Kudu's connector for Spark can't store; mend it, or leave the column out with exclude-columns"
            .formatted(column, value));
  }
}
