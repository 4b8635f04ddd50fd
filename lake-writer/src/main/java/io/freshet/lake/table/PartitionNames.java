package io.freshet.lake.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for partitions, which are their columns' values in the bytes of an unsafe row. */
final class PartitionNames {
  private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
  private final List<byte[]> partitions = new ArrayList<>();

  /** The partition's number, a new one where it has none. */
  int number(byte[] partition) {
    return numbers.computeIfAbsent(
        ByteBuffer.wrap(partition),
        name -> {
          partitions.add(partition);
          return partitions.size() - 1;
        });
  }

  /** All partitions, each at its number. */
  byte[][] all() {
    return partitions.toArray(byte[][]::new);
  }

  int size() {
    return partitions.size();
  }
}
