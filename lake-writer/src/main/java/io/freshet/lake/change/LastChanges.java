package io.freshet.lake.change;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Puts few changes into the order that {@link Collapse} takes them in. */
final class LastChanges {
  private LastChanges() {}

  /**
   * @param changes rows of {@link RowDecoder#working}'s schema
   * @param schema the table's
   * @return the same, those of one key behind one another by their offset
   */
  static List<InternalRow> byKey(
      List<InternalRow> changes, StructType schema, List<String> keyColumns, int offset) {
    int[] keys = keyColumns.stream().mapToInt(schema::fieldIndex).toArray();
    DataType[] types =
        Arrays.stream(keys).mapToObj(key -> schema.apply(key).dataType()).toArray(DataType[]::new);
    Map<List<Object>, List<InternalRow>> byKey = new LinkedHashMap<>();
    for (InternalRow change : changes) {
      Object[] key = new Object[keys.length];
      for (int i = 0; i < key.length; i++) {
        Object value = change.get(keys[i], types[i]);
        key[i] = value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
      }
      byKey.computeIfAbsent(Arrays.asList(key), first -> new ArrayList<>(1)).add(change);
    }
    List<InternalRow> ordered = new ArrayList<>(changes.size());
    for (List<InternalRow> ofKey : byKey.values()) {
      if (ofKey.size() > 1) {
        ofKey.sort(Comparator.comparingLong(row -> row.getLong(offset)));
      }
      ordered.addAll(ofKey);
    }
    return ordered;
  }
}
