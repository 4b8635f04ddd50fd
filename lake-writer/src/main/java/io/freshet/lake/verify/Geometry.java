package io.freshet.lake.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;

/** Numbers of double precision by their bits, and the geometric types that are made of them. */
final class Geometry {
  /** Not a number has several bits, of which only one meaning arrives. */
  static final String FLOAT8 =
      "CASE WHEN @ = 'NaN' THEN 'NaN' ELSE encode(float8send(@), 'hex') END";

  private static final int DIGITS = 16;
  private static final int WKB_POINT = 1;

  private Geometry() {}

  /** Empty where a type's struct is not compared. */
  static Optional<Codec> of(SourceType type) {
    return switch (type.name()) {
      case "point" ->
          Optional.of(
              Codec.bounded(
                  "encode(point_send(@), 'hex')",
                  (value, out) -> numbers((InternalRow) value, 2, out),
                  text -> point(at(text, 0), at(text, 1))));
      case "line" ->
          Optional.of(
              Codec.bounded(
                  "encode(line_send(@), 'hex')",
                  (value, out) -> numbers((InternalRow) value, 3, out),
                  text -> RowFactory.create(at(text, 0), at(text, 1), at(text, 2))));
      case "circle" ->
          Optional.of(
              Codec.bounded(
                  "encode(circle_send(@), 'hex')",
                  (value, out) -> {
                    InternalRow circle = (InternalRow) value;
                    numbers(circle.getStruct(0, 4), 2, out);
                    bits(circle.getDouble(1), out);
                  },
                  text -> RowFactory.create(point(at(text, 0), at(text, 1)), at(text, 2))));
      default -> Optional.empty();
    };
  }

  private static void numbers(InternalRow struct, int count, TextBuffer out) {
    for (int i = 0; i < count; i++) {
      bits(struct.getDouble(i), out);
    }
  }

  private static void bits(double number, TextBuffer out) {
    out.hex(Double.doubleToLongBits(number), DIGITS);
  }

  static void number(double number, TextBuffer out) {
    if (Double.isNaN(number)) {
      out.append("NaN");
    } else {
      bits(number, out);
    }
  }

  static double number(String text) {
    return text.equals("NaN") ? Double.NaN : at(text, 0);
  }

  private static double at(String text, int index) {
    return Double.longBitsToDouble(
        Long.parseUnsignedLong(text.substring(index * DIGITS, (index + 1) * DIGITS), 16));
  }

  private static Row point(double x, double y) {
    ByteBuffer wkb = ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN);
    wkb.put((byte) 1).putInt(WKB_POINT).putDouble(x).putDouble(y);
    return RowFactory.create(x, y, wkb.array(), null);
  }
}
