package io.freshet.lake.table;

import io.freshet.lake.change.ChangeBatch;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Texts that the source did not log, in rows that the table may not have. Hudi puts the stored text
 * in the placeholder's place when it merges two rows; a row without another to merge it with would
 * keep the placeholder.
 */
final class UnloggedTexts {
  private final StructType schema;
  private final List<Integer> texts = new ArrayList<>();

  /**
   * @param schema of the changes
   */
  UnloggedTexts(TableSpec spec, StructType schema) {
    this.schema = schema;
    for (int i = 0; i < schema.length(); i++) {
      if (schema.apply(i).dataType().equals(DataTypes.StringType)
          && !ChangeColumns.LAKE.contains(schema.apply(i).name())
          && !spec.keys().contains(schema.apply(i).name())) {
        texts.add(i);
      }
    }
  }

  /** Rows whose marks name these texts too. */
  Dataset<Row> marked(Dataset<Row> rows) {
    if (texts.isEmpty()) {
      return rows;
    }
    Column[] lacking =
        texts.stream()
            .map(index -> functions.when(lacking(index), functions.lit(index)))
            .toArray(Column[]::new);
    Column mark = column(ChangeBatch.UNAVAILABLE);
    ArrayType indexes = DataTypes.createArrayType(DataTypes.IntegerType);
    Column all =
        functions.array_union(
            functions.coalesce(mark, functions.array().cast(indexes)),
            functions.array_compact(functions.array(lacking)));
    Column any = texts.stream().map(this::lacking).reduce(Column::or).orElseThrow();
    return rows.withColumn(ChangeBatch.UNAVAILABLE, functions.when(any, all).otherwise(mark));
  }

  /** Rows that are the first of their keys: what was not logged is not known. */
  Dataset<Row> absent(Dataset<Row> rows) {
    if (texts.isEmpty()) {
      return rows;
    }
    List<Column> columns = new ArrayList<>();
    for (String name : rows.columns()) {
      int index = schema.fieldIndex(name);
      columns.add(
          texts.contains(index)
              ? functions.when(functions.not(lacking(index)), column(name)).as(name)
              : column(name));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private Column lacking(int index) {
    return column(schema.apply(index).name())
        .eqNullSafe(HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
