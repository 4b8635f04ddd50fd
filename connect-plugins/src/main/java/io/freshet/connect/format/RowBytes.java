package io.freshet.connect.format;

import io.freshet.connect.avro.EncodedRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in Avro binary, one after another, in blocks of whole rows. */
final class RowBytes {
  /** A file with few rows must cost little. */
  private static final int FIRST_BYTES = 1024;

  private static final int BLOCK_BYTES = 256 * 1024;

  /**
   * A piece of the rows.
   *
   * @param length bytes that are filled
   */
  record Block(byte[] bytes, int length) {}

  private final List<Block> full = new ArrayList<>();
  private byte[] last = new byte[0];
  private int length;
  private int count;
  private long bytes;
  private long heap;

  /** Appends the record's row. */
  void append(EncodedRecord record, long offset, long timestamp) {
    int most = record.maxRowBytes();
    if (last.length - length < most) {
      makeRoom(most);
    }
    int next = record.putRow(last, length, offset, timestamp);
    bytes += next - length;
    length = next;
    count++;
  }

  /** The block grows until it has a block's size; then there is another. */
  private void makeRoom(int most) {
    int wanted = Math.max(FIRST_BYTES, Math.max(2 * last.length, length + most));
    if (length > 0 && wanted > BLOCK_BYTES) {
      full.add(new Block(last, length));
      last = new byte[Math.max(BLOCK_BYTES, most)];
      length = 0;
      heap += last.length;
    } else {
      heap += wanted - last.length;
      last = Arrays.copyOf(last, wanted);
    }
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>(full);
    blocks.add(new Block(last, length));
    return blocks;
  }

  int count() {
    return count;
  }

  /** Bytes of all rows. */
  long bytes() {
    return bytes;
  }

  long heapBytes() {
    return heap;
  }

  void clear() {
    full.clear();
    last = new byte[0];
    length = 0;
    count = 0;
    bytes = 0;
    heap = 0;
  }
}
