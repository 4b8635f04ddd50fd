package io.freshet.lake.change;

import io.freshet.schemas.ChangeColumns;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Makes one row of all changes of one key: the last one, with the values that its source did not
 * log taken from the changes before it. Its input is sorted by key, then offset.
 *
 * <p>What even those don't have is left to the stored row: texts get the placeholder, which Hudi's
 * merging replaces; other columns stay marked.
 */
final class Collapse implements Iterator<InternalRow> {
  /** Operations that begin a row: one that lacks a value had another key before. */
  private static final Set<UTF8String> STARTS =
      Set.of(UTF8String.fromString("c"), UTF8String.fromString("r"));

  private final Iterator<InternalRow> rows;
  private final DataType[] types;
  private final int[] keys;
  private final int unavailable;
  private final int op;
  private final UTF8String placeholder;
  private InternalRow ahead;

  /**
   * @param rows rows of {@link RowDecoder#working}'s schema; a row may be reused by its iterator
   * @param table the table's schema
   */
  Collapse(
      Iterator<InternalRow> rows, StructType table, List<String> keyColumns, Unavailable marker) {
    this.rows = rows;
    this.types = new DataType[table.length()];
    for (int i = 0; i < types.length; i++) {
      types[i] = table.apply(i).dataType();
    }
    this.keys = keyColumns.stream().mapToInt(table::fieldIndex).toArray();
    this.unavailable = table.length();
    this.op = table.fieldIndex(ChangeColumns.OP);
    this.placeholder = UTF8String.fromString(marker.text());
    this.ahead = take();
  }

  private InternalRow take() {
    return rows.hasNext() ? rows.next().copy() : null;
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public InternalRow next() {
    if (ahead == null) {
      throw new NoSuchElementException();
    }
    InternalRow last = ahead;
    ahead = take();
    if (last.isNullAt(unavailable) && (ahead == null || !sameKey(last, ahead))) {
      return last; // A key's only change, and whole: most of a snapshot.
    }
    Object[] values = null;
    while (ahead != null && sameKey(last, ahead)) {
      values = over(values == null ? values(last) : values, ahead);
      last = ahead;
      ahead = take();
    }
    return new GenericInternalRow(filled(values == null ? values(last) : values));
  }

  private boolean sameKey(InternalRow one, InternalRow other) {
    for (int key : keys) {
      if (!Objects.deepEquals(one.get(key, types[key]), other.get(key, types[key]))) {
        return false;
      }
    }
    return true;
  }

  /** A row's values; those that are unavailable are {@link Missing}. */
  private Object[] values(InternalRow row) {
    Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i, types[i]);
    }
    int[] missing = missing(row);
    if (missing.length > 0 && !row.isNullAt(op) && STARTS.contains(row.getUTF8String(op))) {
      throw new MovedRowFoundException();
    }
    for (int column : missing) {
      values[column] = Missing.VALUE;
    }
    return values;
  }

  private int[] missing(InternalRow row) {
    return row.isNullAt(unavailable) ? new int[0] : row.getArray(unavailable).toIntArray();
  }

  private Object[] over(Object[] before, InternalRow after) {
    Object[] values = values(after);
    for (int column : missing(after)) {
      values[column] = before[column];
    }
    return values;
  }

  private Object[] filled(Object[] values) {
    Object[] row = Arrays.copyOf(values, values.length + 1);
    BitSet left = new BitSet();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == Missing.VALUE) {
        boolean text = types[i].equals(DataTypes.StringType);
        row[i] = text ? placeholder : null;
        left.set(i, !text);
      }
    }
    row[unavailable] = left.isEmpty() ? null : new GenericArrayData(left.stream().toArray());
    return row;
  }

  private enum Missing {
    VALUE
  }

  /**
   * Few rows in the order that the input must have.
   *
   * @param rows of {@link RowDecoder#working}'s schema; not changed
   * @param table the table's schema
   */
  static List<InternalRow> ordered(
      List<InternalRow> rows, StructType table, List<String> keyColumns) {
    int[] keys = keyColumns.stream().mapToInt(table::fieldIndex).toArray();
    int offset = table.fieldIndex(ChangeColumns.OFFSET);
    Map<List<Object>, List<InternalRow>> byKey = new LinkedHashMap<>();
    for (InternalRow row : rows) {
      Object[] key = new Object[keys.length];
      for (int i = 0; i < key.length; i++) {
        Object value = row.get(keys[i], table.apply(keys[i]).dataType());
        key[i] = value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
      }
      byKey.computeIfAbsent(Arrays.asList(key), first -> new ArrayList<>(1)).add(row);
    }
    return byKey.values().stream()
        .flatMap(same -> same.stream().sorted(Comparator.comparingLong(row -> row.getLong(offset))))
        .toList();
  }

  /** Columns that the input must be sorted by. */
  static List<String> order(List<String> keys) {
    List<String> order = new ArrayList<>(keys);
    order.add(ChangeColumns.OFFSET);
    return order;
  }
}
