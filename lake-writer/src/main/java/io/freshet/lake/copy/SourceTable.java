package io.freshet.lake.copy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table of a source that was found and can be read.
 *
 * @param key columns that the source itself holds unique and not null, by their names in the lake;
 *     empty for none
 * @param rows its rows, under the lake's names and types; nothing is read before they are asked for
 * @param count about how many rows it has; -1 where that is not known
 * @param bytes about how much it is; 0 where that is not known
 * @param leftOut columns that are not copied, each with the reason
 * @param unchanged throws if what was read since it was found may be no image of the table
 */
record SourceTable(
    List<String> key,
    Dataset<Row> rows,
    long count,
    long bytes,
    List<String> leftOut,
    Runnable unchanged) {

  SourceTable {
    key = List.copyOf(key);
    leftOut = List.copyOf(leftOut);
  }

  /** The same, with something else that must be so when all is read. */
  SourceTable andBeforeTheCommit(Runnable more) {
    return new SourceTable(
        key,
        rows,
        count,
        bytes,
        leftOut,
        () -> {
          unchanged.run();
          more.run();
        });
  }
}
