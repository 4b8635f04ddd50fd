package io.freshet.lake.table;

import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What Hudi calls rows and partitions. It has two ways to write, by Spark's rows and by Avro
 * records, and of most types they make different names of the same value; an upsert that goes the
 * other way would not find the row.
 */
final class KeyNames {
  private static final Set<DataType> ALIKE =
      Set.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.StringType);

  private KeyNames() {}

  /**
   * Whether both ways name all rows of a table alike.
   *
   * @param columns the table's
   */
  static boolean areAlike(TableSpec spec, StructType columns) {
    return Stream.concat(spec.keys().stream(), spec.config().partitionBy().stream())
        .allMatch(column -> ALIKE.contains(columns.apply(column).dataType()));
  }
}
