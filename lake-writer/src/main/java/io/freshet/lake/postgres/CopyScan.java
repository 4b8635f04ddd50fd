package io.freshet.lake.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/** One read of a table: some of its columns, in parts. */
final class CopyScan implements Scan, Batch {
  /** A part is small enough to be repeated, and large enough for its session to be worth it. */
  private static final long PART_BYTES = 64L << 20;

  /** Below this a part is not worth a session of its own. */
  private static final long LEAST_PART_BYTES = 1L << 20;

  private final CopyOptions options;
  private final Relation relation;
  private final List<CopyColumn> columns;
  private final StructType schema;

  private CopyScan(
      CopyOptions options, Relation relation, List<CopyColumn> columns, StructType schema) {
    this.options = options;
    this.relation = relation;
    this.columns = columns;
    this.schema = schema;
  }

  static final class Builder implements ScanBuilder, SupportsPushDownRequiredColumns {
    private final CopyOptions options;
    private final Relation relation;
    private final CopiedColumns all;
    private StructType wanted;

    Builder(CopyOptions options, Relation relation, CopiedColumns all) {
      this.options = options;
      this.relation = relation;
      this.all = all;
      this.wanted = all.schema();
    }

    @Override
    public void pruneColumns(StructType required) {
      // Fields of structs are not left out one by one.
      Set<String> names = Set.of(required.fieldNames());
      StructType pruned = new StructType();
      for (var field : all.schema().fields()) {
        pruned = names.contains(field.name()) ? pruned.add(field) : pruned;
      }
      wanted = pruned;
    }

    @Override
    public Scan build() {
      Set<String> names = Set.of(wanted.fieldNames());
      List<CopyColumn> columns =
          all.columns().stream().filter(column -> names.contains(column.name())).toList();
      return new CopyScan(options, relation, columns, wanted);
    }
  }

  @Override
  public StructType readSchema() {
    return schema;
  }

  @Override
  public String description() {
    return PostgresCopy.NAME + " " + relation.title();
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new CopiedBytes()};
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    List<InputPartition> parts = new ArrayList<>();
    for (BlockRange range : ranges()) {
      List<String> selected = columns.stream().map(CopyColumn::expression).toList();
      String sql =
          "COPY (SELECT "
              + String.join(", ", selected)
              + range.sql()
              + ") TO STDOUT (FORMAT binary)";
      parts.add(new Part(options, relation.title(), sql, List.copyOf(columns)));
    }
    return parts.toArray(InputPartition[]::new);
  }

  private List<BlockRange> ranges() {
    if (relation.leaves().isEmpty()) {
      String from = Sql.name(relation.schema(), relation.name());
      return options.hashColumn().isEmpty()
          ? BlockRange.whole(from)
          : BlockRange.hashed(from, options.hashColumn(), options.partitions().orElse(cores()));
    }
    return BlockRange.split(relation.leaves(), options.partitions().orElseGet(this::usual));
  }

  private int usual() {
    long bytes = relation.bytes();
    long byTime = (bytes + PART_BYTES - 1) / PART_BYTES;
    long byCores = Math.min(cores(), (bytes + LEAST_PART_BYTES - 1) / LEAST_PART_BYTES);
    return (int) Math.max(1, Math.max(byTime, byCores));
  }

  private static int cores() {
    return SparkSession.active().sparkContext().defaultParallelism();
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Readers();
  }

  /** What one task reads. */
  static final class Part implements InputPartition {
    private static final long serialVersionUID = 1L;

    private final CopyOptions options;
    private final String table;
    private final String sql;
    private final ArrayList<CopyColumn> columns;

    Part(CopyOptions options, String table, String sql, List<CopyColumn> columns) {
      this.options = options;
      this.table = table;
      this.sql = sql;
      this.columns = new ArrayList<>(columns);
    }

    CopyOptions options() {
      return options;
    }

    String table() {
      return table;
    }

    String sql() {
      return sql;
    }

    List<CopyColumn> columns() {
      return columns;
    }
  }

  private static final class Readers implements PartitionReaderFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition part) {
      return new CopyReader((Part) part);
    }
  }
}
