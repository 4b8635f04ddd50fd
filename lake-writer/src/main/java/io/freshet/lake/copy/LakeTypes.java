package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.postgres.LakeNames;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VarcharType;

/** Rows of any of Spark's sources, under the names and types that every lake table has. */
final class LakeTypes {
  private static final String HUDI = "_hoodie_";

  private LakeTypes() {}

  /**
   * Rows without what other tables of the lake or of Hudi say of them: rows that are deleted there
   * are none here.
   *
   * @throws LakeException if a column has a type that the lake has not, or two would have one name
   */
  static Dataset<Row> of(Dataset<Row> rows, CopyTable table) {
    requireColumns(table, Set.of(rows.columns()));
    boolean lake = Set.of(rows.columns()).containsAll(ChangeColumns.LAKE);
    Dataset<Row> live =
        lake
            ? rows.filter(
                functions.not(
                    functions.coalesce(functions.col(ChangeColumns.DELETED), functions.lit(false))))
            : rows;
    Map<String, String> names = new HashMap<>();
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      boolean own =
          field.name().startsWith(HUDI) || lake && ChangeColumns.LAKE.contains(field.name());
      if (own || table.excludeColumns().contains(field.name())) {
        continue;
      }
      String name = name(field.name(), table, names);
      columns.add(
          functions
              .col("`" + field.name().replace("`", "``") + "`")
              .cast(of(field.dataType(), table.from() + "." + field.name()))
              .as(name));
    }
    return live.select(columns.toArray(Column[]::new));
  }

  /**
   * A column's name in the lake.
   *
   * @param names those of the columns before it, which it joins
   */
  static String name(String column, CopyTable table, Map<String, String> names) {
    String name = LakeNames.of(column);
    String other = names.put(name, column);
    if (other != null) {
      throw new LakeException(
          "columns %s and %s of %s would both be %s; leave one out with exclude-columns"
              .formatted(other, column, table.from(), name));
    }
    if (ChangeColumns.LAKE.contains(name)) {
      throw new LakeException(
          "column %s of %s has the name of one of the lake's own; leave it out with exclude-columns"
              .formatted(column, table.from()));
    }
    return name;
  }

  /**
   * @throws LakeException if a column that is to be left out is not there
   */
  static void requireColumns(CopyTable table, Set<String> present) {
    Set<String> missing = new HashSet<>(table.excludeColumns());
    missing.removeAll(present);
    if (!missing.isEmpty()) {
      throw new LakeException(
          "exclude-columns of %s names %s, but there are %s"
              .formatted(table.from(), missing, present));
    }
  }

  private static DataType of(DataType type, String column) {
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(of(array.elementType(), column), array.containsNull());
    }
    if (type instanceof MapType map) {
      return DataTypes.createMapType(
          of(map.keyType(), column), of(map.valueType(), column), map.valueContainsNull());
    }
    if (type instanceof StructType struct) {
      List<StructField> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        fields.add(
            DataTypes.createStructField(
                field.name(), of(field.dataType(), column), field.nullable()));
      }
      return DataTypes.createStructType(fields);
    }
    if (type.equals(DataTypes.ByteType) || type.equals(DataTypes.ShortType)) {
      return DataTypes.IntegerType;
    }
    if (type instanceof StringType || type instanceof CharType || type instanceof VarcharType) {
      return DataTypes.StringType;
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return DataTypes.TimestampType;
    }
    if (type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof BinaryType
        || type instanceof DateType) {
      return type;
    }
    throw new LakeException(
        "column %s is of the type %s, which the lake has not; leave it out with exclude-columns"
            .formatted(column, type.sql()));
  }
}
