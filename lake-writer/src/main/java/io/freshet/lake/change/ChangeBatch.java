package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.BareNumeric;
import io.freshet.lake.source.TopicPosition;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** The changes that one commit takes, from wherever they are read. */
public final class ChangeBatch implements AutoCloseable {
  /**
   * Which of the row's columns hold no value because the source did not log it: their indexes; null
   * for none.
   */
  public static final String UNAVAILABLE = "__unavailable";

  private final SparkSession spark;
  private final ChangeReader reader;
  private final Unavailable unavailable;
  private final BareNumeric bare;
  private final List<Dataset<Row>> kept = new ArrayList<>();
  private final Set<String> arriving = new HashSet<>();

  ChangeBatch(SparkSession spark, ChangeReader reader, Unavailable unavailable, BareNumeric bare) {
    this.spark = spark;
    this.reader = reader;
    this.unavailable = unavailable;
    this.bare = bare;
  }

  /**
   * The schema that a table needs to hold its present rows and the changes'.
   *
   * @param table for the error's text
   * @param current the table's schema; empty for a new table
   * @param keys key columns
   * @throws LakeException if the changes' schemas don't fit together with the table's
   */
  public StructType schema(String table, StructType current, List<String> keys) {
    return schema(table, current, keys, List.of(), false);
  }

  /**
   * The same, where columns may be split.
   *
   * @param partitionBy columns that partition the table
   * @param accepted whether a column whose new type does not fit is split: what is stored stays,
   *     and new values get a column of their own beside it
   */
  public StructType schema(
      String table,
      StructType current,
      List<String> keys,
      List<String> partitionBy,
      boolean accepted) {
    List<String> fixed = Stream.concat(keys.stream(), partitionBy.stream()).toList();
    SchemaMerge merge = new SchemaMerge(table, fixed, accepted);
    StructType merged = current;
    for (ChangeReader.TopicSchema messages : reader.schemas()) {
      ChangeSchema incoming = new ChangeSchema(messages.schema(), messages.topic(), column -> bare);
      for (String key : keys) {
        if (!ChangeColumns.LAKE.contains(key) && !incoming.sourceColumns().containsKey(key)) {
          throw new LakeException(
              "messages of topic %s lack the key column %s; they have %s"
                  .formatted(messages.topic(), key, incoming.sourceColumns().keySet()));
        }
      }
      merged = merge.merge(merged, incoming.tableSchema(keys));
      arriving.addAll(incoming.sourceColumns().keySet());
    }
    return merged;
  }

  /**
   * The position after these changes.
   *
   * @param planned the position after what was asked for
   * @return that, or further where two messages that belong together would have been cut apart
   */
  public TopicPosition reaching(TopicPosition planned) {
    TopicPosition reached = planned;
    for (Map.Entry<Integer, Long> end : reader.ends().entrySet()) {
      if (end.getValue() > reached.of(end.getKey()).orElse(0)) {
        reached = reached.with(end.getKey(), end.getValue());
      }
    }
    return reached;
  }

  /**
   * What {@link #schema} makes of a table, in words; empty for nothing.
   *
   * @param before the table's schema; empty for a new table
   * @param after what {@link #schema} returned
   */
  public String difference(StructType before, StructType after) {
    return SchemaMerge.difference(before, after, arriving);
  }

  /**
   * The changes as rows of the given schema, one row for each key: its last change. They have the
   * column {@link #UNAVAILABLE} more. It names no texts: those hold Debezium's placeholder, which
   * Hudi replaces with the stored value when it merges rows.
   *
   * <p>Where a message can't be made a row, what is done with these rows fails with {@link
   * BadRecordException}.
   *
   * @param schema what {@link #schema} returned
   * @param keys key columns, which a delete keeps
   * @param quarantined messages that are passed over
   * @param order of the rows; empty for any
   */
  public Dataset<Row> rows(
      StructType schema, List<String> keys, Quarantined quarantined, Optional<ChangeOrder> order) {
    if (order.isEmpty()) {
      Target target = new Target(schema, keys, unavailable, quarantined);
      Optional<List<InternalRow>> few = reader.fewRows(target);
      if (few.isPresent()) {
        return collapsed(few.get(), schema, keys);
      }
    }
    return collapsed(
        order.orElse(rows -> byKey(rows, keys)).apply(uncollapsed(schema, keys, quarantined)),
        schema,
        keys);
  }

  private Dataset<Row> collapsed(List<InternalRow> few, StructType schema, List<String> keys) {
    List<InternalRow> last = new ArrayList<>();
    new Collapse(Collapse.ordered(few, schema, keys).iterator(), schema, keys, unavailable)
        .forEachRemaining(last::add);
    return FewRows.of(spark, last, RowDecoder.working(schema));
  }

  private Dataset<Row> byKey(Dataset<Row> rows, List<String> keys) {
    Dataset<Row> changes = rows;
    if (!reader.isSmall()) {
      changes = changes.repartition(spark.sparkContext().defaultParallelism(), columns(keys));
    }
    return changes.sortWithinPartitions(columns(Collapse.order(keys)));
  }

  private Dataset<Row> collapsed(Dataset<Row> ordered, StructType schema, List<String> keys) {
    Unavailable marker = unavailable;
    JavaRDD<InternalRow> last =
        ordered
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(sorted -> new Collapse(sorted, schema, keys, marker));
    return spark.internalCreateDataFrame(last.rdd(), RowDecoder.working(schema), false);
  }

  /**
   * The same where {@link MovedRowFoundException} says that rows came under new primary keys, or
   * where they may have: what they lack is taken from where they were before.
   *
   * @param stored the table as it is; empty for a new one
   * @throws LakeException if it can't be told where they were
   */
  public Moved movedRows(
      StructType schema,
      List<String> keys,
      Quarantined quarantined,
      Optional<Dataset<Row>> stored) {
    Dataset<Row> changes = uncollapsed(schema, keys, quarantined);
    MovedRows moved = new MovedRows(spark, changes, schema, keys, kept);
    Dataset<Row> others = collapsed(byKey(moved.others(), keys), schema, keys);
    return moved.any()
        ? new Moved(others.unionByName(moved.resolved(stored)), true)
        : new Moved(others, false);
  }

  /**
   * Rows, complete where they came under new primary keys.
   *
   * @param found whether any did that lacked values
   */
  public record Moved(Dataset<Row> rows, boolean found) {}

  /** The same, but one row for each change. */
  public Dataset<Row> uncollapsed(StructType schema, List<String> keys, Quarantined quarantined) {
    Target target = new Target(schema, keys, unavailable, quarantined);
    return spark.internalCreateDataFrame(
        reader.rows(target).rdd(), RowDecoder.working(schema), false);
  }

  /**
   * The messages that can't be made rows. That is found out by reading all messages once more, and
   * again where such a message leaves others in doubt.
   *
   * @param schema what {@link #schema} returned
   * @param keys key columns
   * @param quarantined those that are known
   * @param most how many are enough
   * @throws RuntimeException with a {@link TruncateFoundException} in it, if there is a TRUNCATE
   */
  public List<BadRecord> badRecords(
      StructType schema, List<String> keys, Quarantined quarantined, int most) {
    List<BadRecord> all = new ArrayList<>();
    Quarantined known = quarantined;
    List<BadRecord> found = bad(schema, keys, known, most);
    while (!found.isEmpty()) {
      all.addAll(found);
      known = known.plus(found);
      found = all.size() < most ? bad(schema, keys, known, most - all.size()) : List.of();
    }
    return all;
  }

  private List<BadRecord> bad(
      StructType schema, List<String> keys, Quarantined quarantined, int most) {
    return reader.bad(new Target(schema, keys, unavailable, quarantined), most).collect();
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  @Override
  public void close() {
    kept.forEach(Dataset::unpersist);
    reader.close();
  }
}
