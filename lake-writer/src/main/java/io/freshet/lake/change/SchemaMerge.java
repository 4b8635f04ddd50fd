package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How a table's schema follows its messages': it only ever grows.
 *
 * <p>A column whose type changes to one that its stored values don't fit with is split when that is
 * accepted: what is stored stays under the column's name, and values of the new type get a column
 * of their own beside it, {@code <column>__<type>}. Nothing that is stored changes its type, so
 * nothing is rewritten, and every reader, instant and metastore can go on.
 */
final class SchemaMerge {
  private static final Map<DataType, Set<DataType>> WIDER =
      Map.of(
          DataTypes.IntegerType, Set.of(DataTypes.LongType),
          DataTypes.FloatType, Set.of(DataTypes.DoubleType));

  private final String table;
  private final List<String> fixed;
  private final boolean accepted;

  /**
   * @param table for the error's text
   * @param fixed columns that can't be split: those of the key and the partitions
   * @param accepted whether columns may be split
   */
  SchemaMerge(String table, List<String> fixed, boolean accepted) {
    this.table = table;
    this.fixed = fixed;
    this.accepted = accepted;
  }

  /**
   * The schema that holds rows of both: the table's columns first, new ones behind them, each of
   * the wider of its two types. A column that the messages lack stays.
   *
   * @throws LakeException if a column's two types have no common one and that is not accepted,
   *     naming all such columns and their types
   */
  StructType merge(StructType current, StructType incoming) {
    List<StructField> fields = new ArrayList<>();
    List<StructField> split = new ArrayList<>();
    for (StructField have : current.fields()) {
      Optional<StructField> comes = field(incoming, have.name());
      if (comes.isEmpty()) {
        fields.add(nullable(have));
        continue;
      }
      Optional<DataType> common =
          common(have.dataType(), comes.get().dataType())
              .filter(type -> !fixed.contains(have.name()) || isSpeltAlike(have.dataType(), type));
      if (common.isEmpty()) {
        requireFree(incoming, splitName(comes.get()));
        if (field(current, splitName(comes.get())).isEmpty()) {
          split.add(comes.get());
        }
      }
      fields.add(
          DataTypes.createStructField(
              have.name(),
              common.orElse(have.dataType()),
              have.nullable() || comes.get().nullable()));
    }
    requireAccepted(current, split);
    for (StructField added : incoming.fields()) {
      if (field(current, added.name()).isEmpty()) {
        fields.add(current.isEmpty() ? added : nullable(added));
      }
    }
    for (StructField added : split) {
      fields.add(DataTypes.createStructField(splitName(added), added.dataType(), true));
    }
    return DataTypes.createStructType(fields);
  }

  /**
   * The table's column that takes the values of a source column.
   *
   * @param schema the table's
   * @param type the values' type in the lake
   * @return empty if the table has none
   */
  static Optional<String> target(StructType schema, String column, DataType type) {
    StructField comes = DataTypes.createStructField(column, type, true);
    return List.of(column, splitName(comes)).stream()
        .filter(
            name ->
                field(schema, name)
                    .flatMap(have -> common(have.dataType(), type).filter(have.dataType()::equals))
                    .isPresent())
        .findFirst();
  }

  private void requireFree(StructType incoming, String name) {
    if (field(incoming, name).isPresent()) {
      throw new LakeException(
          "%s: a column changed its type, and values of the new one would go to %s, but the source has a column of that name; rename one of the two, or rebuild the table"
              .formatted(table, name));
    }
  }

  private void requireAccepted(StructType current, List<StructField> split) {
    if (split.isEmpty()) {
      return;
    }
    String difference =
        String.join(
            ", ",
            split.stream()
                .map(
                    comes ->
                        "column %s is %s in the lake, but now arrives as %s"
                            .formatted(
                                comes.name(),
                                current.apply(comes.name()).dataType().sql(),
                                comes.dataType().sql()))
                .toList());
    for (StructField comes : split) {
      if (fixed.contains(comes.name())) {
        throw new LakeException(
            "%s: %s; %s is one of its key or partition columns, whose type stays, so rebuild the table"
                .formatted(table, difference, comes.name()));
      }
    }
    if (!accepted) {
      throw new LakeException(
          "%s: %s; nothing is lost, the table waits there. Run ingest with --accept-schema %s to keep what is stored and put the new values into %s, or rebuild the table"
              .formatted(
                  table,
                  difference,
                  table,
                  String.join(", ", split.stream().map(SchemaMerge::splitName).toList())));
    }
  }

  private static String splitName(StructField comes) {
    String type = comes.dataType().simpleString().toLowerCase(Locale.ROOT);
    return comes.name() + "__" + type.replaceAll("[^a-z0-9]+", "_").replaceAll("_$", "");
  }

  private static Optional<StructField> field(StructType schema, String name) {
    return List.of(schema.fieldNames()).contains(name)
        ? Optional.of(schema.apply(name))
        : Optional.empty();
  }

  private static StructField nullable(StructField field) {
    return DataTypes.createStructField(field.name(), field.dataType(), true);
  }

  /** Hudi finds rows by their keys' and partitions' texts, which must stay as they are. */
  private static boolean isSpeltAlike(DataType narrow, DataType wide) {
    return narrow.equals(wide)
        || narrow.equals(DataTypes.IntegerType)
        || narrow instanceof DecimalType from
            && wide instanceof DecimalType to
            && from.scale() == to.scale();
  }

  /** The narrower type whose values are all of both. */
  private static Optional<DataType> common(DataType one, DataType other) {
    if (one.equals(other) || isWider(other, one)) {
      return Optional.of(one);
    }
    if (isWider(one, other)) {
      return Optional.of(other);
    }
    if (one instanceof DecimalType a && other instanceof DecimalType b) {
      int scale = Math.max(a.scale(), b.scale());
      int digits = Math.max(a.precision() - a.scale(), b.precision() - b.scale()) + scale;
      return digits <= DecimalType.MAX_PRECISION()
          ? Optional.of(DataTypes.createDecimalType(digits, scale))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean isWider(DataType narrow, DataType wide) {
    if (narrow instanceof DecimalType from && wide instanceof DecimalType to) {
      return from.scale() <= to.scale()
          && from.precision() - from.scale() <= to.precision() - to.scale();
    }
    return WIDER.getOrDefault(narrow, Set.of()).contains(wide);
  }

  /**
   * What became of a table's schema, in words; empty for nothing.
   *
   * @param before empty for a new table
   * @param arriving source columns of the newest messages
   */
  static String difference(StructType before, StructType after, Set<String> arriving) {
    List<String> words = new ArrayList<>();
    List<String> added = new ArrayList<>();
    for (StructField field : after.fields()) {
      Optional<StructField> had = field(before, field.name());
      if (had.isEmpty()) {
        added.add(field.name() + " " + field.dataType().simpleString());
      } else if (!had.get().dataType().equals(field.dataType())) {
        words.add(
            "%s widened from %s to %s"
                .formatted(
                    field.name(),
                    had.get().dataType().simpleString(),
                    field.dataType().simpleString()));
      }
    }
    List<String> gone = new ArrayList<>();
    for (StructField field : before.fields()) {
      boolean own = ChangeColumns.LAKE.contains(field.name()) || field.name().contains("__");
      if (!own && !arriving.contains(field.name())) {
        gone.add(field.name());
      }
    }
    if (!before.isEmpty() && !added.isEmpty()) {
      words.add("added " + String.join(", ", added));
    }
    if (!gone.isEmpty()) {
      words.add("no longer arriving, null from now on: " + String.join(", ", gone));
    }
    if (!before.isEmpty() && !added.isEmpty() && !gone.isEmpty()) {
      words.add(
          "a column that was renamed is both, and older rows keep its value under the old name");
    }
    return String.join("; ", words);
  }
}
