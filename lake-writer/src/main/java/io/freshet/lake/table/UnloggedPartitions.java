package io.freshet.lake.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Changes whose partition the source did not log. A text that an update leaves as it is may be
 * stored out of line even if it is short, where its row has many columns. It is the stored row's;
 * nobody who merges could find that one without it.
 */
final class UnloggedPartitions {
  private static final String STORED = "_freshet_stored_";

  private final TableSpec spec;
  private final List<String> texts;

  /**
   * @param rows schema of the changes
   */
  UnloggedPartitions(TableSpec spec, StructType rows) {
    this.spec = spec;
    this.texts =
        spec.config().partitionBy().stream()
            .filter(name -> rows.apply(name).dataType().equals(DataTypes.StringType))
            .filter(name -> !spec.keys().contains(name))
            .toList();
  }

  /** Whether a row lacks its partition; empty if no row can. */
  Optional<Column> lacking() {
    return texts.stream().map(UnloggedPartitions::lacking).reduce(Column::or);
  }

  private static Column lacking(String name) {
    return column(name).eqNullSafe(HoodieTableConfig.DEBEZIUM_UNAVAILABLE_VALUE);
  }

  /**
   * The changes with their partitions.
   *
   * @param stored the table's rows; a row that is not among them gets null
   */
  Dataset<Row> filled(Dataset<Row> changes, Dataset<Row> stored) {
    List<Column> theirs = new ArrayList<>();
    Column same = lacking().orElse(functions.lit(false));
    for (String key : spec.keys()) {
      theirs.add(column(key).as(STORED + key));
      same = same.and(column(key).equalTo(column(STORED + key)));
    }
    texts.forEach(name -> theirs.add(column(name).as(STORED + name)));
    Dataset<Row> joined =
        changes.join(stored.select(theirs.toArray(Column[]::new)), same, "left_outer");
    List<Column> filled = new ArrayList<>();
    for (String name : changes.columns()) {
      filled.add(
          texts.contains(name)
              ? functions
                  .when(lacking(name), column(STORED + name))
                  .otherwise(column(name))
                  .as(name)
              : column(name));
    }
    return joined.select(filled.toArray(Column[]::new));
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
