package io.freshet.lake.postgres;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A part of a table that one task reads: some of its blocks, or what a condition says. */
final class BlockRange implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String from;
  private final String condition;

  private BlockRange(String from, String condition) {
    this.from = from;
    this.condition = condition;
  }

  /** What follows SELECT and the columns. */
  String sql() {
    return " FROM " + from + (condition.isEmpty() ? "" : " WHERE " + condition);
  }

  /** All that there is. */
  static List<BlockRange> whole(String from) {
    return List.of(new BlockRange(from, ""));
  }

  /**
   * Parts of what has no blocks, such as a view, by a column's hash.
   *
   * @param column the column's name
   */
  static List<BlockRange> hashed(String from, String column, int parts) {
    List<BlockRange> ranges = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      // A null has no hash, and must be somewhere.
      ranges.add(
          new BlockRange(
              from,
              "(coalesce(hashtext(%s::text), 0) & 2147483647) %% %d = %d"
                  .formatted(Sql.name(column), parts, part)));
    }
    return ranges;
  }

  /**
   * Parts of about the same number of blocks. The last part of each table has no end: what is
   * behind the blocks that were counted is read too.
   *
   * @param leaves the tables that the rows lie in
   * @param parts how many parts there should be, or some more
   */
  static List<BlockRange> split(List<Leaf> leaves, int parts) {
    long blocks = leaves.stream().mapToLong(Leaf::blocks).sum();
    long each = Math.max(1, (blocks + parts - 1) / parts);
    List<BlockRange> ranges = new ArrayList<>();
    for (Leaf leaf : leaves) {
      String from = "ONLY " + Sql.name(leaf.schema(), leaf.name());
      if (!leaf.hasBlocks()) {
        ranges.addAll(whole(Sql.name(leaf.schema(), leaf.name())));
        continue;
      }
      long count = (leaf.blocks() + each - 1) / each;
      for (long i = 0; i < count; i++) {
        ranges.add(
            new BlockRange(
                from,
                condition(
                    leaf.blocks() * i / count,
                    i + 1 < count ? leaf.blocks() * (i + 1) / count : -1)));
      }
    }
    return ranges;
  }

  private static String condition(long begin, long end) {
    if (begin == 0 && end < 0) {
      return "";
    }
    String from = "ctid >= '(%d,0)'".formatted(begin);
    return end < 0 ? from : from + " AND ctid < '(%d,0)'".formatted(end);
  }
}
