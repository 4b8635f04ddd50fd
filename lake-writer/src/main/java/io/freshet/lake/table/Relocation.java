package io.freshet.lake.table;

import io.freshet.lake.change.ChangeBatch;
import io.freshet.schemas.ChangeColumns;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Sends changes to where their rows lie. A row that another partition holds so far is written to
 * its own, and deleted from that one. A delete that leaves nothing goes to the partition that holds
 * its row, which it does not know itself; what a soft one leaves has no partition columns any more,
 * and so moves like any row.
 */
final class Relocation implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The operation of a row that only says that a partition does not hold its key any more. */
  static final String MOVED = "moved";

  private static final UTF8String DELETE = UTF8String.fromString("d");
  private static final UTF8String PLACEHOLDER =
      UTF8String.fromString(HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE);

  private final DataType[] types;
  private final int[] texts;
  private final int[] partition;
  private final int key;
  private final int op;
  private final int unavailable;
  private final boolean hard;
  private final KeyPlaces former;
  private final byte[][] partitions;

  /**
   * @param keyed schema of the rows: {@link KeyedRows#changes}
   * @param texts columns that may hold the placeholder of a value that was not logged
   * @param partitionBy columns that partition the table
   * @param hard whether a delete leaves nothing
   * @param former where the rows of deletes lie, and where rows that move lay
   * @param partitions what the places' numbers stand for
   */
  Relocation(
      StructType keyed,
      int[] texts,
      List<String> partitionBy,
      boolean hard,
      KeyPlaces former,
      byte[][] partitions) {
    this.types = new DataType[keyed.length()];
    Arrays.setAll(types, i -> keyed.apply(i).dataType());
    this.texts = texts;
    this.partition = partitionBy.stream().mapToInt(keyed::fieldIndex).toArray();
    this.key = keyed.fieldIndex(KeyedRows.KEY);
    this.op = keyed.fieldIndex(ChangeColumns.OP);
    this.unavailable = keyed.fieldIndex(ChangeBatch.UNAVAILABLE);
    this.hard = hard;
    this.former = former;
    this.partitions = partitions;
  }

  Iterator<InternalRow> of(Iterator<InternalRow> rows) {
    Deque<InternalRow> ready = new ArrayDeque<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
          add(rows.next(), ready);
        }
        return !ready.isEmpty();
      }

      @Override
      public InternalRow next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.remove();
      }
    };
  }

  private void add(InternalRow row, Deque<InternalRow> ready) {
    ByteBuffer hash = ByteBuffer.wrap(row.getBinary(key));
    int place = former.get(hash.getLong(), hash.getLong());
    boolean delete = !row.isNullAt(op) && row.getUTF8String(op).equals(DELETE);
    if (place == KeyPlaces.NOWHERE) {
      // A row that came and went within one commit has left no trace to delete.
      if (!delete || !hard) {
        ready.add(row);
      }
      return;
    }
    InternalRow copy = row.copy();
    Object[] there = values(copy);
    UnsafeRow old = new UnsafeRow(partition.length);
    old.pointTo(partitions[place], partitions[place].length);
    for (int i = 0; i < partition.length; i++) {
      int column = partition[i];
      there[column] = old.isNullAt(i) ? null : old.get(i, types[column]);
    }
    if (!delete || !hard) {
      there[op] = hard ? DELETE : UTF8String.fromString(MOVED);
      there[unavailable] = null;
      Object[] here = values(copy);
      here[unavailable] = lacking(copy);
      ready.add(new GenericInternalRow(here));
    }
    ready.add(new GenericInternalRow(there));
  }

  private Object[] values(InternalRow row) {
    Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.isNullAt(i) ? null : row.get(i, types[i]);
    }
    return values;
  }

  /** There is no stored row in the new partition that Hudi could take a text from. */
  private Object lacking(InternalRow row) {
    BitSet lacking = new BitSet();
    if (!row.isNullAt(unavailable)) {
      Arrays.stream(row.getArray(unavailable).toIntArray()).forEach(lacking::set);
    }
    for (int text : texts) {
      if (!row.isNullAt(text) && row.getUTF8String(text).equals(PLACEHOLDER)) {
        lacking.set(text);
      }
    }
    return lacking.isEmpty() ? null : new GenericArrayData(lacking.stream().toArray());
  }
}
