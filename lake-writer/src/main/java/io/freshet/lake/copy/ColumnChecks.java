package io.freshet.lake.copy;

import io.freshet.lake.LakeException;
import io.freshet.lake.config.CopyTable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** Whether a table has the columns that its entry names. */
final class ColumnChecks {
  private ColumnChecks() {}

  /**
   * @param setting the key of the entry
   * @throws LakeException if one is not there
   */
  static void require(CopyTable table, String setting, List<String> names, StructType columns) {
    List<String> present = Arrays.asList(columns.fieldNames());
    for (String name : names) {
      if (!present.contains(name)) {
        throw new LakeException(
            "%s of %s names %s, but there are %s".formatted(setting, table.to(), name, present));
      }
    }
  }

  /**
   * The columns that tell the rows apart in the target.
   *
   * @throws LakeException if neither the source nor the entry names any
   */
  static List<String> key(CopyTable table, SourceTable source) {
    List<String> key = table.key().isEmpty() ? source.key() : table.key();
    if (key.isEmpty()) {
      throw new LakeException(
          "%s has no primary key that the source names; name the columns that tell its rows apart with key: [column]"
              .formatted(table.from()));
    }
    require(table, "key", key, source.rows().schema());
    return key;
  }
}
