package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;
import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows for a table that has columns already. */
final class ExistingColumns {
  private ExistingColumns() {}

  /**
   * The rows with the table's columns in its order, null where the source lacks one, and new ones
   * behind them.
   *
   * @param there the table's columns
   * @throws LakeException if a column is of another type
   */
  static Dataset<Row> fitted(Dataset<Row> rows, CopyTable table, StructType there) {
    List<String> present = Arrays.asList(rows.columns());
    List<Column> columns = new ArrayList<>();
    for (StructField field : there.fields()) {
      if (ChangeColumns.LAKE.contains(field.name())) {
        continue;
      }
      if (!present.contains(field.name())) {
        columns.add(functions.lit(null).cast(field.dataType()).as(field.name()));
        continue;
      }
      requireSame(table, field, rows.schema().apply(field.name()).dataType());
      columns.add(functions.col("`" + field.name() + "`"));
    }
    List<String> known = Arrays.asList(there.fieldNames());
    for (String name : present) {
      if (!known.contains(name)) {
        columns.add(functions.col("`" + name + "`"));
      }
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private static void requireSame(CopyTable table, StructField there, DataType type) {
    if (!DataType.equalsIgnoreNullability(there.dataType(), type)) {
      throw new LakeException(
          "column %s of %s is %s, but %s has %s; use mode: replace, or leave the column out with exclude-columns"
              .formatted(
                  there.name(), table.to(), there.dataType().sql(), table.from(), type.sql()));
    }
  }
}
