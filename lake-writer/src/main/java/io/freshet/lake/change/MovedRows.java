package io.freshet.lake.change;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.freshet.lake.LakeException;
import io.freshet.lake.change.KeyMoves.Place;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The changes of rows that got a new primary key by an update that did not log all of their values.
 *
 * <p>Debezium makes two messages of such an update, a delete of the old key and right behind it a
 * create of the new one, and says in their headers which belongs to which. Landed messages have no
 * headers. What they have is the LSN, the position of the update's own record in PostgreSQL's log.
 * No two records share it. One record can make several messages in two ways only: this one, and an
 * insert of many rows, which has no deletes. So a delete and a create with one LSN are the two
 * halves of one update. That a create with a value that was not logged needs such a half is sure:
 * an insert logs all of its values.
 *
 * <p>An LSN could come again after the database was restored, so of several deletes the nearest one
 * before the create counts. In a topic of several partitions the two keys may be in different ones,
 * where there is no before; then the halves are not matched. Nor are they when the delete was
 * committed by an earlier batch: what the row held may be gone by then.
 */
final class MovedRows {
  private static final String ROOT = "_root_";
  private static final String STORED = "_stored_";

  /** Up to here the keys are named to the reader, which may then pass over files. */
  private static final int MOST_NAMED_KEYS = 1_000;

  private final SparkSession spark;
  private final StructType schema;
  private final List<String> keys;
  private final Dataset<Row> changes;
  private final List<Dataset<Row>> kept;
  private final Halves halves;

  /**
   * @param changes all rows of the batch, of {@link RowDecoder#working}'s schema
   * @param kept takes what is cached, to be let go after the commit
   * @throws LakeException if an update's half is missing
   */
  MovedRows(
      SparkSession spark,
      Dataset<Row> changes,
      StructType schema,
      List<String> keys,
      List<Dataset<Row>> kept) {
    this.spark = spark;
    this.kept = kept;
    this.changes = keep(changes);
    this.schema = schema;
    this.keys = keys;
    this.halves = halves();
  }

  /** What the two halves of an update are, and the keys that they name. */
  private record Halves(Map<Place, Place> deleteOf, Dataset<Row> involved) {}

  /** Whether there are any. */
  boolean any() {
    return !halves.deleteOf().isEmpty();
  }

  /** Changes of keys that no row left or took by such an update. */
  Dataset<Row> others() {
    if (!any()) {
      return changes;
    }
    return changes.join(halves.involved(), sameKey(), "left_anti");
  }

  /**
   * The last state of each of the other keys, complete.
   *
   * @param stored the table as it is; empty for a new one
   * @throws LakeException if the row is missing that holds a value
   */
  Dataset<Row> resolved(Optional<Dataset<Row>> stored) {
    StructType table = schema;
    List<String> keyColumns = keys;
    Map<Place, Place> deleteOf = new HashMap<>(halves.deleteOf());
    JavaRDD<InternalRow> last =
        changes
            .join(halves.involved(), sameKey(), "left_semi")
            .coalesce(1)
            .sortWithinPartitions(ChangeColumns.PARTITION, ChangeColumns.OFFSET)
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(rows -> new KeyMoves(table, keyColumns, deleteOf).last(rows));
    StructType working = RowDecoder.working(schema);
    for (String key : keys) {
      working = working.add(ROOT + key, schema.apply(key).dataType(), true);
    }
    Dataset<Row> rows = keep(spark.internalCreateDataFrame(last.rdd(), working, false));
    return filled(rows, stored);
  }

  private Dataset<Row> keep(Dataset<Row> rows) {
    kept.add(rows);
    return rows.persist();
  }

  private Column sameKey() {
    return keys.stream()
        .map(key -> changes.col(key).equalTo(col(ROOT + key)))
        .reduce(Column::and)
        .orElseThrow();
  }

  private Halves halves() {
    Column begins =
        col(ChangeColumns.OP).isin("c", "r").and(col(ChangeBatch.UNAVAILABLE).isNotNull());
    Dataset<Row> creates = changes.filter(begins).select(place("c"));
    Dataset<Row> deletes = changes.filter(col(ChangeColumns.OP).equalTo("d")).select(place("d"));
    List<Row> found =
        creates
            .join(
                deletes,
                col("c_lsn")
                    .equalTo(col("d_lsn"))
                    .and(col("c_partition").equalTo(col("d_partition")))
                    .and(col("d_offset").lt(col("c_offset"))),
                "left_outer")
            .collectAsList();
    Map<Place, Place> deleteOf = new HashMap<>();
    Set<Row> distinct = new LinkedHashSet<>();
    StructType named = new StructType();
    for (String key : keys) {
      named = named.add(ROOT + key, schema.apply(key).dataType(), true);
    }
    for (Row pair : found) {
      Place create = new Place(pair.getInt(0), pair.getLong(1));
      if (pair.isNullAt(pair.fieldIndex("d_offset"))) {
        throw unpaired(pair, create);
      }
      Place delete = new Place(pair.getInt(3 + keys.size()), pair.getLong(4 + keys.size()));
      // Of several with this LSN the nearest one: a row moves once with one record.
      deleteOf.merge(create, delete, (one, other) -> one.offset() > other.offset() ? one : other);
      distinct.add(key(pair, 3));
      distinct.add(key(pair, 6 + keys.size()));
    }
    return new Halves(deleteOf, spark.createDataFrame(List.copyOf(distinct), named));
  }

  private Column[] place(String prefix) {
    return Stream.concat(
            Stream.of(
                col(ChangeColumns.PARTITION).as(prefix + "_partition"),
                col(ChangeColumns.OFFSET).as(prefix + "_offset"),
                col(ChangeColumns.LSN).as(prefix + "_lsn")),
            keys.stream().map(key -> col(key).as(prefix + "_key_" + key)))
        .toArray(Column[]::new);
  }

  private Row key(Row pair, int from) {
    Object[] values = new Object[keys.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = pair.get(from + i);
    }
    return org.apache.spark.sql.RowFactory.create(values);
  }

  private LakeException unpaired(Row pair, Place create) {
    return new LakeException(
        "partition %d, offset %d: the row %s came under a new primary key, and values of it that are stored out of line were not logged; the delete of its former key, which says where they are, is not before it in its partition. Set REPLICA IDENTITY FULL on the source table before changing keys of such rows, then rebuild this table from a new snapshot"
            .formatted(create.partition(), create.offset(), key(pair, 3).mkString("[", ", ", "]")));
  }

  private Dataset<Row> filled(Dataset<Row> rows, Optional<Dataset<Row>> stored) {
    Column mark = col(ChangeBatch.UNAVAILABLE);
    List<Row> roots =
        rows.filter(mark.isNotNull())
            .select(keys.stream().map(key -> col(ROOT + key)).toArray(Column[]::new))
            .limit(MOST_NAMED_KEYS + 1)
            .collectAsList();
    if (roots.isEmpty()) {
      return rows.select(columns(RowDecoder.working(schema)));
    }
    Dataset<Row> table = stored.orElseThrow(() -> notStored(roots.get(0)));
    if (roots.size() <= MOST_NAMED_KEYS) {
      for (int i = 0; i < keys.size(); i++) {
        int key = i;
        Object[] values = roots.stream().map(root -> root.get(key)).distinct().toArray();
        table = table.filter(col(keys.get(i)).isin(values));
      }
    }
    List<String> has = List.of(table.columns());
    List<Column> taken = new ArrayList<>();
    for (StructField field : schema.fields()) {
      Column value = has.contains(field.name()) ? col(field.name()) : lit(null);
      taken.add(value.cast(field.dataType()).as(STORED + field.name()));
    }
    // A row that was deleted, and is kept as a mark of that, has no values to give.
    table =
        table
            .filter(functions.not(col(ChangeColumns.OP).eqNullSafe("d")))
            .select(taken.toArray(Column[]::new));
    Column same =
        keys.stream()
            .map(key -> col(ROOT + key).equalTo(col(STORED + key)))
            .reduce(Column::and)
            .orElseThrow()
            .and(mark.isNotNull());
    Dataset<Row> joined = keep(rows.join(table, same, "left_outer"));
    for (Row lost :
        joined
            .filter(mark.isNotNull().and(col(STORED + keys.get(0)).isNull()))
            .select(keys.stream().map(key -> col(ROOT + key)).toArray(Column[]::new))
            .limit(1)
            .collectAsList()) {
      throw notStored(lost);
    }
    List<Column> result = new ArrayList<>();
    for (int i = 0; i < schema.length(); i++) {
      String name = schema.apply(i).name();
      result.add(
          when(mark.isNotNull().and(array_contains(mark, i)), col(STORED + name))
              .otherwise(col(name))
              .as(name));
    }
    result.add(
        lit(null)
            .cast(DataTypes.createArrayType(DataTypes.IntegerType, false))
            .as(ChangeBatch.UNAVAILABLE));
    return joined.select(result.toArray(Column[]::new));
  }

  private static LakeException notStored(Row root) {
    return new LakeException(
        "the row %s got another primary key, and values of it were not logged, but the table has no such row to take them from; rebuild this table from a new snapshot"
            .formatted(root.mkString("[", ", ", "]")));
  }

  private static Column[] columns(StructType schema) {
    return Stream.of(schema.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
  }
}
