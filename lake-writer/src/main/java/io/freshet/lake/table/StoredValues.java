package io.freshet.lake.table;

import io.freshet.lake.change.ChangeBatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows to be written, with the values that the source did not log taken from the table. Hudi does
 * that by itself for texts, while it merges; this is for bytes, arrays and the rest, and costs a
 * table without such columns nothing.
 */
final class StoredValues implements AutoCloseable {
  /** Up to here the keys are named to the reader, which may then pass over files. */
  private static final int MOST_NAMED_KEYS = 1_000;

  private static final String STORED = "_stored_";

  private final SparkSession spark;
  private final TableSpec spec;
  private final Texts texts;
  private Optional<KeptRows> kept = Optional.empty();
  private final Dataset<Row> rows;

  /**
   * @param changes rows with {@link ChangeBatch#UNAVAILABLE}
   * @param empty whether the table holds nothing yet
   * @param texts whether texts are looked for too, of marked rows or of all
   */
  StoredValues(
      SparkSession spark, TableSpec spec, Dataset<Row> changes, boolean empty, Texts texts) {
    this.spark = spark;
    this.texts = texts;
    this.spec = spec;
    UnloggedTexts unlogged = new UnloggedTexts(spec, changes.schema());
    Dataset<Row> complete = texts == Texts.ALL && !empty ? unlogged.marked(changes) : changes;
    List<Integer> candidates = empty ? List.of() : candidates(changes.schema());
    if (!candidates.isEmpty()) {
      kept = Optional.of(KeptRows.of(spark, complete));
      complete = filled(kept.get().rows(), candidates);
    }
    // Rows that are no changes have no marks, and a text of theirs is what it says.
    if (empty && List.of(changes.columns()).contains(ChangeBatch.UNAVAILABLE)) {
      complete = unlogged.absent(complete);
    }
    this.rows = complete.drop(ChangeBatch.UNAVAILABLE);
  }

  /** Of which texts the marks tell, or shall. */
  enum Texts {
    /** Of none: the table has each row that lacks one, so Hudi finds the value while it merges. */
    NONE,
    /** Of rows that move to other files, where Hudi would not find it. */
    MOVED,
    /** Of each that lacks one: the table may not have the row. */
    ALL
  }

  private List<Integer> candidates(StructType schema) {
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < schema.length(); i++) {
      DataType type = schema.apply(i).dataType();
      boolean toasts =
          type.equals(DataTypes.BinaryType)
              || texts != Texts.NONE && type.equals(DataTypes.StringType)
              || type instanceof ArrayType
              || type instanceof MapType
              || type instanceof StructType;
      String name = schema.apply(i).name();
      if (toasts && !spec.keys().contains(name) && !name.equals(ChangeBatch.UNAVAILABLE)) {
        candidates.add(i);
      }
    }
    return candidates;
  }

  /** The rows to write. */
  Dataset<Row> rows() {
    return rows;
  }

  private Dataset<Row> filled(Dataset<Row> changes, List<Integer> candidates) {
    Column mark = functions.col(ChangeBatch.UNAVAILABLE);
    List<Row> wanting =
        changes
            .filter(mark.isNotNull())
            .select(columns(keys()))
            .limit(MOST_NAMED_KEYS + 1)
            .collectAsList();
    if (wanting.isEmpty()) {
      return changes;
    }
    Set<String> present = new HashSet<>(List.of(stored().columns()));
    List<Column> selected = new ArrayList<>();
    keys().forEach(key -> selected.add(functions.col(key).as(STORED + key)));
    List<String> names = new ArrayList<>();
    for (int index : candidates) {
      StructField field = changes.schema().apply(index);
      names.add(field.name());
      // Of a column that the table does not have yet, nothing is stored.
      Column value =
          present.contains(field.name())
              ? functions.col(field.name())
              : functions.lit(null).cast(field.dataType());
      selected.add(value.as(STORED + field.name()));
    }
    Dataset<Row> stored = stored();
    if (wanting.size() <= MOST_NAMED_KEYS) {
      for (int i = 0; i < keys().size(); i++) {
        int key = i;
        Object[] values = wanting.stream().map(row -> row.get(key)).distinct().toArray();
        stored = stored.filter(functions.col(keys().get(i)).isin(values));
      }
    }
    Column same =
        keys().stream()
            .map(key -> functions.col(key).equalTo(functions.col(STORED + key)))
            .reduce(Column::and)
            .orElseThrow()
            .and(mark.isNotNull());
    Dataset<Row> joined =
        changes.join(stored.select(selected.toArray(Column[]::new)), same, "left_outer");
    for (String name : names) {
      int index = changes.schema().fieldIndex(name);
      joined =
          joined.withColumn(
              name,
              functions
                  .when(
                      mark.isNotNull().and(functions.array_contains(mark, index)),
                      functions.col(STORED + name))
                  .otherwise(functions.col(name)));
    }
    return joined.select(columns(List.of(changes.columns())));
  }

  private Dataset<Row> stored() {
    return spark.read().format("hudi").load(spec.location());
  }

  private List<String> keys() {
    return spec.keys();
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  @Override
  public void close() {
    kept.ifPresent(KeptRows::close);
  }
}
