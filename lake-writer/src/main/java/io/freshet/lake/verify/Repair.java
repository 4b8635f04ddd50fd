package io.freshet.lake.verify;

import io.freshet.lake.change.ChangeBatch;
import io.freshet.lake.config.PostgresConfig;
import io.freshet.lake.source.TopicPosition;
import io.freshet.lake.table.HudiTable;
import io.freshet.schemas.ChangeColumns;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads rows of some keys from PostgreSQL again and writes them into the lake, in a commit that
 * says so and leaves the table's position where it is. Only the table's writer may do it.
 *
 * <p>Between two commits of the table, first its position is known, then a snapshot of PostgreSQL
 * is taken. So a change that the table has read was committed before the snapshot, which sees it:
 * what is written is nowhere older than what it replaces. A change that the table has yet to read
 * comes at the position or behind it. So a row that gets the offset just before its partition's
 * position as its own replaces what is stored, and is replaced by each change that comes. It may
 * already have what some of them will say; then they set it back for a moment, until the last of
 * them is read.
 */
public final class Repair {
  private static final String STORED = "_freshet_stored_";

  private final SparkSession spark;
  private final HudiTable table;
  private final PostgresConfig postgres;
  private final Clock clock;

  public Repair(SparkSession spark, HudiTable table, PostgresConfig postgres, Clock clock) {
    this.spark = spark;
    this.table = table;
    this.postgres = postgres;
    this.clock = clock;
  }

  /**
   * What was done.
   *
   * @param upserted rows that were written as PostgreSQL has them
   * @param deleted rows that were taken out, since PostgreSQL has none
   * @param equal keys that did not differ any more
   */
  public record Result(int upserted, int deleted, int equal) {}

  /**
   * Repairs.
   *
   * @param keys as {@link Verification#keys} has them
   * @throws io.freshet.lake.LakeException if PostgreSQL can't be asked
   */
  public Result run(Collection<String> keys) {
    Result[] result = new Result[1];
    table.betweenCommits(() -> result[0] = mend(keys));
    return result[0];
  }

  private Result mend(Collection<String> keys) {
    TopicPosition position = table.position();
    StructType schema = table.schema();
    try (SourceSnapshot snapshot = SourceSnapshot.open(postgres)) {
      Comparison comparison =
          Comparison.of(
              snapshot.table(table.spec().config().topic()),
              schema,
              table.spec().keys(),
              table.spec().config().name());
      Map<String, RowVersion> source = snapshot.side(comparison).rows(keys);
      Map<String, RowVersion> lake = new LakeSide(table, comparison).rows(keys);
      Map<String, RowVersion> stored =
          position.next().size() > 1
              ? LakeSide.withDeleted(table, comparison).rows(keys)
              : Map.of();
      List<Row> rows = new ArrayList<>();
      int deleted = 0;
      for (String key : new TreeSet<>(keys)) {
        RowVersion right = source.get(key);
        RowVersion wrong = lake.get(key);
        if (right == null && wrong == null
            || right != null && wrong != null && right.text().equals(wrong.text())) {
          continue;
        }
        deleted += right == null ? 1 : 0;
        Map<String, Object> values = values(comparison, key, right);
        values.put(ChangeColumns.LSN, snapshot.lsn());
        place(position, stored.get(key), values);
        rows.add(row(schema, values));
      }
      if (!rows.isEmpty()) {
        commit(comparison, schema, rows, position, snapshot.lsn(), deleted);
      }
      return new Result(rows.size() - deleted, deleted, keys.size() - rows.size());
    }
  }

  private Map<String, Object> values(Comparison comparison, String key, RowVersion right) {
    Map<String, Object> values = new HashMap<>();
    put(comparison.keys(), key, values);
    if (right != null) {
      put(comparison.others(), right.text(), values);
    }
    values.put(ChangeColumns.OP, right == null ? "d" : "r");
    values.put(ChangeColumns.DELETED, right == null);
    values.put(ChangeColumns.SCHEMA, comparison.source().schema());
    values.put(ChangeColumns.TABLE, comparison.source().name());
    values.put(ChangeColumns.SOURCE_TS_MS, clock.millis());
    return values;
  }

  private static void put(
      List<Comparison.ComparedColumn> columns, String text, Map<String, Object> values) {
    List<Object> read = Comparison.values(columns, text);
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i).lake(), read.get(i));
    }
  }

  /** Puts a row just before the position of its Kafka partition. */
  private static void place(TopicPosition position, RowVersion stored, Map<String, Object> values) {
    OptionalInt partition = OptionalInt.empty();
    if (position.next().size() == 1) {
      partition = OptionalInt.of(position.next().keySet().iterator().next());
    } else if (stored != null && !stored.identity().startsWith("-")) {
      partition =
          OptionalInt.of(
              Integer.parseInt(stored.identity().substring(0, stored.identity().indexOf('/'))));
    }
    OptionalLong next =
        partition.isPresent()
            ? position.of(partition.getAsInt())
            // It may come from any: it must not be in the way of a change of any.
            : position.next().values().stream().mapToLong(Long::longValue).min();
    values.put(ChangeColumns.OFFSET, next.orElse(0) - 1);
    values.put(ChangeColumns.PARTITION, partition.isPresent() ? partition.getAsInt() : null);
  }

  private static Row row(StructType schema, Map<String, Object> values) {
    Object[] row = new Object[schema.length() + 1];
    for (int i = 0; i < schema.length(); i++) {
      row[i] = values.get(schema.apply(i).name());
    }
    return RowFactory.create(row);
  }

  private void commit(
      Comparison comparison,
      StructType schema,
      List<Row> rows,
      TopicPosition position,
      long lsn,
      int deleted) {
    StructType working = new StructType();
    for (StructField field : schema.fields()) {
      working = working.add(field.name(), field.dataType(), true);
    }
    working =
        working.add(
            ChangeBatch.UNAVAILABLE, DataTypes.createArrayType(DataTypes.IntegerType, false), true);
    table.commit(
        keeping(comparison, schema, spark.createDataFrame(rows, working)),
        position,
        Map.of(
            "repair",
            "{\"lsn\":\"%s\",\"upserted\":%d,\"deleted\":%d}"
                .formatted(SlotBarrier.text(lsn), rows.size() - deleted, deleted)));
  }

  /** What is not compared is not known here: it stays as it is stored. */
  private Dataset<Row> keeping(Comparison comparison, StructType schema, Dataset<Row> rows) {
    List<String> compared =
        comparison.columns().stream().map(Comparison.ComparedColumn::lake).toList();
    List<String> kept =
        Arrays.stream(schema.fieldNames())
            .filter(name -> !compared.contains(name) && !ChangeColumns.LAKE.contains(name))
            .toList();
    if (kept.isEmpty()) {
      return rows;
    }
    List<Column> theirs = new ArrayList<>();
    Column same = functions.col(ChangeColumns.OP).notEqual("d");
    for (String key : table.spec().keys()) {
      theirs.add(column(key).as(STORED + key));
      same = same.and(column(key).equalTo(column(STORED + key)));
    }
    kept.forEach(name -> theirs.add(column(name).as(STORED + name)));
    Dataset<Row> stored = table.rows().orElseThrow().select(theirs.toArray(Column[]::new));
    Column[] columns =
        Arrays.stream(rows.columns())
            .map(name -> kept.contains(name) ? column(STORED + name).as(name) : column(name))
            .toArray(Column[]::new);
    return rows.join(stored, same, "left_outer").select(columns);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
