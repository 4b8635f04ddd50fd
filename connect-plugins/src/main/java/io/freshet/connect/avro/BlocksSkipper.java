package io.freshet.connect.avro;

/** Array or map: blocks of a count and its items, ended by a count of zero. */
final class BlocksSkipper extends BodySkipper {
  private final BodySkipper item;

  BlocksSkipper(BodySkipper item) {
    this.item = item;
  }

  @Override
  int skip(byte[] bytes, int at, int end, int depth) throws MalformedBodyException {
    int next = at;
    while (true) {
      int stop = varintEnd(bytes, next, end, LONG_BYTES);
      long count = zigzag(bytes, next, stop);
      next = stop;
      if (count == 0) {
        return next;
      }
      if (count < 0) {
        // A negative count is followed by the block's size in bytes.
        next = varintEnd(bytes, next, end, LONG_BYTES);
        long size = zigzag(bytes, stop, next);
        int items = next;
        next = items(bytes, next, end, depth, -count);
        if (next - items != size) {
          throw new MalformedBodyException("a block's size is not that of its items");
        }
      } else {
        next = items(bytes, next, end, depth, count);
      }
    }
  }

  private int items(byte[] bytes, int at, int end, int depth, long count)
      throws MalformedBodyException {
    int next = at;
    // Long.MIN_VALUE stays negative when negated: as an unsigned number it is still a count.
    for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
      int before = next;
      next = item.skip(bytes, next, end, depth);
      if (next == before) {
        // Items without bytes (nulls): however many there are, they end here.
        return next;
      }
    }
    return next;
  }
}
