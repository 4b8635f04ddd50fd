package io.freshet.lake.change;

import io.freshet.schemas.ChangeColumns;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Makes one row of all changes of one key, as {@link Collapse} does, and follows rows from key to
 * key: what was not logged when a row got its new key is taken from its changes under the old one.
 * Its input are all changes of the keys in question, sorted by offset. What even those don't have
 * is in the row that is stored under the key that the row had before all of them: its root.
 */
final class KeyMoves {
  /** Marks a value that is in the row stored under a key. */
  private record Stored(Object[] key) {}

  private final DataType[] types;
  private final int[] keys;
  private final int unavailable;
  private final int offset;
  private final int partition;
  private final Map<Place, Place> deleteOf;

  /**
   * Where a message stands.
   *
   * @param partition Kafka partition
   * @param offset Kafka offset
   */
  record Place(int partition, long offset) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param table the table's schema
   * @param deleteOf of each row that came under a new key its former key's delete
   */
  KeyMoves(StructType table, List<String> keyColumns, Map<Place, Place> deleteOf) {
    this.types =
        Arrays.stream(table.fields()).map(field -> field.dataType()).toArray(DataType[]::new);
    this.keys = keyColumns.stream().mapToInt(table::fieldIndex).toArray();
    this.unavailable = table.length();
    this.offset = table.fieldIndex(ChangeColumns.OFFSET);
    this.partition = table.fieldIndex(ChangeColumns.PARTITION);
    this.deleteOf = deleteOf;
  }

  /**
   * The last state of each key: a row of {@link RowDecoder#working}'s schema, with the columns of
   * the root's key behind it; they are null where the row needs nothing of it.
   */
  Iterator<InternalRow> last(Iterator<InternalRow> rows) {
    Map<List<Object>, Object[]> states = new LinkedHashMap<>();
    Map<Place, Object[]> beforeDelete = new HashMap<>();
    Set<Place> deletes = Set.copyOf(deleteOf.values());
    while (rows.hasNext()) {
      InternalRow row = rows.next().copy();
      Object[] key = key(row);
      List<Object> name = name(key);
      Place here = new Place(row.getInt(partition), row.getLong(offset));
      Object[] before = states.get(name);
      if (before == null) {
        before = allStored(key);
      }
      if (deletes.contains(here)) {
        beforeDelete.put(here, before);
      }
      if (deleteOf.containsKey(here)) {
        before = beforeDelete.get(deleteOf.get(here));
      }
      states.put(name, over(before, row));
    }
    return states.values().stream().map(this::row).iterator();
  }

  private Object[] allStored(Object[] key) {
    Object[] values = new Object[types.length];
    Arrays.fill(values, new Stored(key));
    return values;
  }

  private Object[] over(Object[] before, InternalRow row) {
    Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i, types[i]);
    }
    if (!row.isNullAt(unavailable)) {
      for (int column : row.getArray(unavailable).toIntArray()) {
        values[column] = before[column];
      }
    }
    return values;
  }

  private InternalRow row(Object[] state) {
    Object[] row = Arrays.copyOf(state, types.length + 1 + keys.length);
    List<Integer> wanting = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      if (state[i] instanceof Stored stored) {
        wanting.add(i);
        row[i] = null;
        // A row has one past, so all that it lacks is in one stored row.
        System.arraycopy(stored.key(), 0, row, types.length + 1, keys.length);
      }
    }
    row[unavailable] = wanting.isEmpty() ? null : new GenericArrayData(wanting.toArray());
    return new GenericInternalRow(row);
  }

  private Object[] key(InternalRow row) {
    Object[] key = new Object[keys.length];
    for (int i = 0; i < key.length; i++) {
      key[i] = row.get(keys[i], types[keys[i]]);
    }
    return key;
  }

  /** A key that equals another of the same values. */
  private static List<Object> name(Object[] key) {
    return Arrays.stream(key)
        .map(value -> value instanceof byte[] bytes ? (Object) ByteBuffer.wrap(bytes) : value)
        .toList();
  }
}
