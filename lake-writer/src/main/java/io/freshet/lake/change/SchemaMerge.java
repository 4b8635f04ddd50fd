package io.freshet.lake.change;

import io.freshet.lake.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How a table's schema follows its messages': it only ever grows. */
final class SchemaMerge {
  private static final Map<DataType, Set<DataType>> WIDER =
      Map.of(
          DataTypes.IntegerType, Set.of(DataTypes.LongType),
          DataTypes.FloatType, Set.of(DataTypes.DoubleType));

  private SchemaMerge() {}

  /**
   * The schema that holds rows of both: the table's columns first, new ones behind them, each of
   * the wider of its two types. A column that the messages lack stays.
   *
   * @throws LakeException if a column's two types have no common one, naming both
   */
  static StructType merge(String table, StructType current, StructType incoming) {
    List<StructField> fields = new ArrayList<>();
    for (StructField have : current.fields()) {
      fields.add(
          names(incoming).contains(have.name())
              ? widened(table, have, incoming.apply(have.name()))
              : nullable(have));
    }
    for (StructField added : incoming.fields()) {
      if (!names(current).contains(added.name())) {
        fields.add(current.isEmpty() ? added : nullable(added));
      }
    }
    return DataTypes.createStructType(fields);
  }

  private static Set<String> names(StructType schema) {
    return Set.of(schema.fieldNames());
  }

  private static StructField nullable(StructField field) {
    return DataTypes.createStructField(field.name(), field.dataType(), true);
  }

  private static StructField widened(String table, StructField have, StructField comes) {
    DataType mine = have.dataType();
    DataType theirs = comes.dataType();
    DataType common;
    if (mine.equals(theirs) || isWider(theirs, mine)) {
      common = mine;
    } else if (isWider(mine, theirs)) {
      common = theirs;
    } else {
      throw new LakeException(
          "column %s of %s is %s in the lake, but now arrives as %s, which does not fit in it; give the source column a new name, or rebuild the table"
              .formatted(have.name(), table, mine.sql(), theirs.sql()));
    }
    return DataTypes.createStructField(have.name(), common, have.nullable() || comes.nullable());
  }

  private static boolean isWider(DataType narrow, DataType wide) {
    if (narrow instanceof DecimalType from && wide instanceof DecimalType to) {
      return from.scale() == to.scale() && from.precision() <= to.precision();
    }
    return WIDER.getOrDefault(narrow, Set.of()).contains(wide);
  }
}
