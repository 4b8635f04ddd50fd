package io.freshet.lake.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructType;

/** The keys of some rows and where these lie, as a task sends them to the driver. */
final class PackedKeys {
  static final int DELETE = 1;
  static final int LACKS_TEXT = 2;
  static final int LACKS_PARTITION = 4;

  private long[] keys = new long[64];
  private int[] places = new int[32];
  private byte[] flags = new byte[32];
  private int count;
  private final List<byte[]> partitions = new ArrayList<>();

  /**
   * @param rows with {@link KeyedRows#PACKED}'s columns
   * @param first index of the first of these
   * @param partition the columns that partition the table
   * @param most after one more than that it stops: they are too many anyhow
   */
  static Iterator<PackedKeys> of(
      Iterator<InternalRow> rows, int first, StructType partition, long most) {
    PackedKeys packed = new PackedKeys();
    UnsafeProjection values = UnsafeProjection.create(partition);
    Map<ByteBuffer, Integer> numbers = new HashMap<>();
    while (rows.hasNext() && packed.count <= most) {
      InternalRow row = rows.next();
      ByteBuffer key = ByteBuffer.wrap(row.getBinary(first));
      byte[] bytes = values.apply(row.getStruct(first + 1, partition.length())).getBytes();
      Integer number = numbers.get(ByteBuffer.wrap(bytes));
      if (number == null) {
        number = packed.partitions.size();
        numbers.put(ByteBuffer.wrap(bytes), number);
        packed.partitions.add(bytes);
      }
      packed.add(key.getLong(), key.getLong(), number, (byte) row.getInt(first + 2));
    }
    return List.of(packed).iterator();
  }

  private void add(long high, long low, int place, byte flag) {
    if (count == places.length) {
      keys = Arrays.copyOf(keys, 4 * count);
      places = Arrays.copyOf(places, 2 * count);
      flags = Arrays.copyOf(flags, 2 * count);
    }
    keys[2 * count] = high;
    keys[2 * count + 1] = low;
    places[count] = place;
    flags[count++] = flag;
  }

  /** Takes each key in turn. */
  interface Visitor {
    /**
     * @param place number of the partition that the row is to lie in
     * @param flags {@link #DELETE}, {@link #LACKS_TEXT}, {@link #LACKS_PARTITION}
     */
    void key(long high, long low, int place, int flags);
  }

  int count() {
    return count;
  }

  /** Whether a key has a flag. */
  boolean have(int flag) {
    for (int i = 0; i < count; i++) {
      if ((flags[i] & flag) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param names numbers the partitions
   */
  void forEach(PartitionNames names, Visitor visitor) {
    int[] numbers = partitions.stream().mapToInt(names::number).toArray();
    for (int i = 0; i < count; i++) {
      visitor.key(keys[2 * i], keys[2 * i + 1], numbers[places[i]], flags[i]);
    }
  }
}
