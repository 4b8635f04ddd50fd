package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;
import io.freshet.lake.snapshot.SnapshotProgress;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Whether keys are what a table of keys needs; each check reads the key columns alone. */
final class KeyChecks {
  private KeyChecks() {}

  /**
   * @param key the target's key columns; those of the source's own key need no look
   * @throws LakeException if two rows have the same one, or one has none
   */
  static void requireUnique(CopyTable table, SourceTable source, List<String> key) {
    if (key.equals(source.key())) {
      return;
    }
    Column[] columns = columns(key);
    Column missing =
        key.stream()
            .map(name -> functions.col(quoted(name)).isNull())
            .reduce(Column::or)
            .orElseThrow();
    List<Row> wrong =
        one(
            source
                .rows()
                .select(columns)
                .groupBy(columns)
                .count()
                .filter(functions.col("count").gt(1).or(missing)));
    if (!wrong.isEmpty()) {
      throw new LakeException(
          "%s has %d rows with %s, so that key can't tell them apart; name other columns in key"
              .formatted(table.from(), wrong.get(0).getLong(key.size()), told(wrong.get(0), key)));
    }
  }

  /**
   * @param key the target's key columns
   * @param stored the target's rows
   * @throws LakeException if one of them has the same key
   */
  static void requireNew(
      CopyTable table, SourceTable source, List<String> key, Dataset<Row> stored) {
    Dataset<Row> there = stored.select(columns(key));
    List<Row> both =
        one(
            source
                .rows()
                .select(columns(key))
                .join(
                    there,
                    scala.collection.JavaConverters.asScalaBuffer(key).toSeq(),
                    "left_semi"));
    if (!both.isEmpty()) {
      throw new LakeException(
          "%s has a row with %s already, so that one can't be appended; use mode: upsert"
              .formatted(table.to(), told(both.get(0), key)));
    }
  }

  /** One of some rows, if there is any. */
  private static List<Row> one(Dataset<Row> rows) {
    return SnapshotProgress.besides(
        rows.sparkSession().sparkContext(), () -> rows.limit(1).collectAsList());
  }

  private static String told(Row row, List<String> key) {
    return key.stream()
        .map(name -> name + "=" + row.get(key.indexOf(name)))
        .collect(Collectors.joining(", "));
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(name -> functions.col(quoted(name))).toArray(Column[]::new);
  }

  private static String quoted(String name) {
    return "`" + name + "`";
  }
}
