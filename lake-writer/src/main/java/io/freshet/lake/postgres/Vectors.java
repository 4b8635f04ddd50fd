package io.freshet.lake.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** pgvector's types, which are read as text: {@code [1,2]} and {@code {1:1.5,3:-2}/5}. */
final class Vectors {
  static final StructType SPARSE =
      new StructType()
          .add("dimensions", DataTypes.IntegerType)
          .add(
              "vector",
              DataTypes.createArrayType(
                  new StructType()
                      .add("key", DataTypes.IntegerType)
                      .add("value", DataTypes.DoubleType),
                  true));

  private Vectors() {}

  static Object doubles(byte[] bytes, int at, int length) {
    return numbers(text(bytes, at, length), Double::valueOf);
  }

  static Object floats(byte[] bytes, int at, int length) {
    return numbers(text(bytes, at, length), Float::valueOf);
  }

  private static Object numbers(String text, Function<String, Object> number) {
    return new GenericArrayData(
        Arrays.stream(text.substring(1, text.length() - 1).split(",")).map(number).toArray());
  }

  static Object sparse(byte[] bytes, int at, int length) {
    String text = text(bytes, at, length);
    int end = text.lastIndexOf('}');
    String entries = text.substring(1, end);
    Object[] items =
        entries.isEmpty()
            ? new Object[0]
            : Arrays.stream(entries.split(",")).map(Vectors::entry).toArray();
    return new GenericInternalRow(
        new Object[] {Integer.valueOf(text.substring(end + 2)), new GenericArrayData(items)});
  }

  private static Object entry(String text) {
    String[] parts = text.split(":");
    return new GenericInternalRow(
        new Object[] {Integer.valueOf(parts[0]), Double.valueOf(parts[1])});
  }

  private static String text(byte[] bytes, int at, int length) {
    return new String(bytes, at, length, StandardCharsets.US_ASCII);
  }
}
