package io.freshet.lake.verify;

import io.freshet.lake.table.HudiTable;
import io.freshet.schemas.ChangeColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hudi.common.table.timeline.TimelineUtils;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.Tuple2;
import scala.Tuple3;

/** A lake table's rows as its newest commit has them; deleted ones are none. */
final class LakeSide implements Side {
  /** Up to here the keys are named to the reader, which may then pass over files. */
  private static final int MOST_NAMED_KEYS = 1_000;

  private static final Set<DataType> NAMED =
      Set.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.StringType);

  private final Comparison comparison;
  private final Dataset<Row> rows;
  private final RowText text;

  /** Takes the table as it is now; later commits don't change it. */
  LakeSide(HudiTable table, Comparison comparison) {
    this(
        comparison,
        table
            .rows()
            .orElseThrow()
            .filter(
                functions.not(
                    functions.coalesce(column(ChangeColumns.DELETED), functions.lit(false)))));
  }

  /** The same with the rows that were deleted and leave a trace. */
  static LakeSide withDeleted(HudiTable table, Comparison comparison) {
    return new LakeSide(comparison, table.rows().orElseThrow());
  }

  private LakeSide(Comparison comparison, Dataset<Row> all) {
    this.comparison = comparison;
    this.text = new RowText(comparison);
    List<Column> columns = new ArrayList<>();
    comparison.columns().forEach(column -> columns.add(column(column.lake())));
    columns.add(column(ChangeColumns.OFFSET));
    columns.add(column(ChangeColumns.PARTITION));
    this.rows = all.select(columns.toArray(Column[]::new));
  }

  /**
   * Keys of the rows that commits have written that began at an instant or later. Rows that were
   * deleted are among them where the table keeps a trace of those.
   */
  static Set<String> changedSince(HudiTable table, Comparison comparison, Instant since) {
    RowText form = new RowText(comparison);
    Column[] columns =
        comparison.keys().stream().map(key -> column(key.lake())).toArray(Column[]::new);
    String begin = TimelineUtils.formatDate(Date.from(since));
    FlatMapFunction<Iterator<InternalRow>, String> keys = rows -> keys(rows, form);
    return new HashSet<>(
        internal(
                table
                    .rows()
                    .orElseThrow()
                    .filter(column("_hoodie_commit_time").geq(begin))
                    .select(columns))
            .mapPartitions(keys)
            .collect());
  }

  private static Iterator<String> keys(Iterator<InternalRow> rows, RowText form) {
    List<String> keys = new ArrayList<>();
    TextBuffer buffer = new TextBuffer();
    while (rows.hasNext()) {
      form.key(rows.next(), buffer);
      keys.add(buffer.toString());
    }
    return keys.iterator();
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  @Override
  public BucketSums sums(Scope scope) {
    RowText form = text;
    return internal(rows)
        .mapPartitions(each -> List.of(sums(each, form, scope)).iterator())
        .fold(new BucketSums(scope.buckets()), BucketSums::plus);
  }

  private static BucketSums sums(Iterator<InternalRow> rows, RowText form, Scope scope) {
    BucketSums sums = new BucketSums(scope.buckets());
    TextBuffer buffer = new TextBuffer();
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      form.key(row, buffer);
      long key = SourceHash.of(buffer, 0);
      if (scope.has(key)) {
        form.text(row, buffer);
        sums.add(scope.bucket(key), 1, SourceHash.of(buffer, key));
      }
    }
    return sums;
  }

  @Override
  public Map<String, Long> hashes(Scope scope, BitSet buckets) {
    RowText form = text;
    Map<String, Long> hashes = new HashMap<>();
    internal(rows)
        .mapPartitions(each -> hashes(each, form, scope, buckets))
        .collect()
        .forEach(row -> hashes.merge(row._1(), row._2(), (one, other) -> twice(one, other)));
    return hashes;
  }

  /** A key that is in the lake twice equals nothing. */
  private static Long twice(long one, long other) {
    return 31 * one + other + 1;
  }

  private static Iterator<Tuple2<String, Long>> hashes(
      Iterator<InternalRow> rows, RowText form, Scope scope, BitSet buckets) {
    List<Tuple2<String, Long>> hashes = new ArrayList<>();
    TextBuffer buffer = new TextBuffer();
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      form.key(row, buffer);
      long key = SourceHash.of(buffer, 0);
      if (scope.has(key) && buckets.get(scope.bucket(key))) {
        String name = buffer.toString();
        form.text(row, buffer);
        hashes.add(new Tuple2<>(name, SourceHash.of(buffer, key)));
      }
    }
    return hashes.iterator();
  }

  @Override
  public Map<String, RowVersion> rows(Collection<String> keys) {
    Map<String, RowVersion> versions = new HashMap<>();
    if (keys.isEmpty()) {
      return versions;
    }
    RowText form = text;
    Set<String> wanted = new HashSet<>(keys);
    FlatMapFunction<Iterator<InternalRow>, Tuple3<String, String, String>> read =
        each -> versions(each, form, wanted);
    for (Tuple3<String, String, String> row : internal(named(keys)).mapPartitions(read).collect()) {
      versions.merge(
          row._1(),
          new RowVersion(row._2(), row._3()),
          (one, other) ->
              new RowVersion(
                  one.identity() + " and " + other.identity(), one.text() + other.text()));
    }
    return versions;
  }

  private static Iterator<Tuple3<String, String, String>> versions(
      Iterator<InternalRow> rows, RowText form, Set<String> wanted) {
    List<Tuple3<String, String, String>> versions = new ArrayList<>();
    TextBuffer buffer = new TextBuffer();
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      form.key(row, buffer);
      String key = buffer.toString();
      if (wanted.contains(key)) {
        form.text(row, buffer);
        versions.add(new Tuple3<>(key, place(row, form.columns()), buffer.toString()));
      }
    }
    return versions.iterator();
  }

  /** The Kafka partition and offset of the change that the row is of. */
  private static String place(InternalRow row, int offset) {
    int partition = row.isNullAt(offset + 1) ? -1 : row.getInt(offset + 1);
    return partition + "/" + (row.isNullAt(offset) ? -1 : row.getLong(offset));
  }

  /** Rows among which are those of the keys. */
  private Dataset<Row> named(Collection<String> keys) {
    Comparison.ComparedColumn first = comparison.keys().get(0);
    if (keys.size() > MOST_NAMED_KEYS || !NAMED.contains(first.lakeType())) {
      return rows;
    }
    Object[] values =
        keys.stream()
            .map(key -> Comparison.values(List.of(first), key).get(0))
            .distinct()
            .toArray();
    return rows.filter(column(first.lake()).isin(values));
  }

  private static JavaRDD<InternalRow> internal(Dataset<Row> rows) {
    return rows.queryExecution().toRdd().toJavaRDD();
  }
}
