package io.freshet.lake.change;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/** Prints Spark's internal values as PostgreSQL prints its own, so that the two can be compared. */
public final class PostgresText {
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .toFormatter();

  private PostgresText() {}

  /**
   * @param zoned whether timestamps have a zone, which is UTC
   */
  public static String of(Object value, DataType type, boolean zoned) {
    if (value == null) {
      return "NULL";
    }
    if (type instanceof ArrayType array) {
      List<String> items = new ArrayList<>();
      ArrayData data = (ArrayData) value;
      for (int i = 0; i < data.numElements(); i++) {
        Object item = data.isNullAt(i) ? null : data.get(i, array.elementType());
        String text = of(item, array.elementType(), zoned);
        items.add(item == null || item instanceof InternalRow ? text : quoted(text));
      }
      return "{" + String.join(",", items) + "}";
    }
    if (type instanceof MapType map) {
      MapData data = (MapData) value;
      TreeMap<String, String> items = new TreeMap<>();
      for (int i = 0; i < data.numElements(); i++) {
        Object item =
            data.valueArray().isNullAt(i) ? null : data.valueArray().get(i, map.valueType());
        items.put(data.keyArray().getUTF8String(i).toString(), of(item, map.valueType(), zoned));
      }
      return items.toString();
    }
    if (type instanceof StructType struct) {
      List<String> items = new ArrayList<>();
      InternalRow row = (InternalRow) value;
      for (int i = 0; i < struct.length(); i++) {
        DataType of = struct.apply(i).dataType();
        items.add(of(row.isNullAt(i) ? null : row.get(i, of), of, zoned));
      }
      return "(" + String.join(",", items) + ")";
    }
    if (value instanceof Boolean is) {
      return is ? "t" : "f";
    }
    if (value instanceof byte[] bytes) {
      return "\\x" + HexFormat.of().formatHex(bytes);
    }
    if (type.equals(DataTypes.DateType)) {
      return LocalDate.ofEpochDay((Integer) value).toString();
    }
    if (type.equals(DataTypes.TimestampType)) {
      long micros = (Long) value;
      LocalDateTime time =
          LocalDateTime.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L),
              (int) Math.floorMod(micros, 1_000_000L) * 1_000,
              ZoneOffset.UTC);
      return TIMESTAMP.format(time) + (zoned ? "+00" : "");
    }
    return value instanceof Decimal decimal
        ? decimal.toJavaBigDecimal().toPlainString()
        : value.toString();
  }

  private static String quoted(String item) {
    boolean plain = !item.isEmpty() && !item.equals("NULL") && item.matches("[^{}\",\\\\\\s]*");
    return plain ? item : "\"" + item.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
