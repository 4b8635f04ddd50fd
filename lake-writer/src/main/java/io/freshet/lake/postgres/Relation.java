package io.freshet.lake.postgres;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table, partitioned table, foreign table or view as the catalog has it.
 *
 * @param oid its number in the catalog
 * @param schema the schema's name
 * @param name its name
 * @param kind {@code pg_class.relkind}: r, p, f, v or m
 * @param key columns of its primary key in that key's order; empty for none
 * @param columns all columns in their order
 * @param leaves the tables that its rows lie in; empty for a view
 * @param blockBytes a block's size
 * @param rows about how many rows it has; -1 where the statistics do not say
 */
public record Relation(
    long oid,
    String schema,
    String name,
    char kind,
    List<String> key,
    List<PostgresColumn> columns,
    List<Leaf> leaves,
    int blockBytes,
    long rows) {

  public Relation {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    leaves = List.copyOf(leaves);
  }

  /** {@code schema.table}, as messages and Debezium's lists name it. */
  public String title() {
    return schema + "." + name;
  }

  /** Its rows' size on disk, without indexes and without what lies out of line. */
  public long bytes() {
    return blocks() * blockBytes;
  }

  long blocks() {
    return leaves.stream().mapToLong(Leaf::blocks).sum();
  }

  /** Whether other rows may lie in its blocks than when {@code earlier} was asked for. */
  public boolean isRewrittenSince(Relation earlier) {
    return !files().equals(earlier.files());
  }

  private Map<Long, Long> files() {
    return leaves.stream().collect(Collectors.toMap(Leaf::oid, Leaf::file));
  }
}
