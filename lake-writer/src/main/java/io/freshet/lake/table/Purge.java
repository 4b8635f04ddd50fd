package io.freshet.lake.table;

import io.freshet.lake.LakeException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * Takes rows out of a table for good: out of its newest state by a commit that deletes them, and
 * out of its files by taking away all that came before it.
 */
public final class Purge {
  private final HudiTable table;
  private final TableServices services;
  private final Clock clock;

  /**
   * What was done.
   *
   * @param rows rows of the newest state that matched
   * @param since instants before it can't be read any more
   */
  public record Result(long rows, Instant since) {}

  /**
   * @param services of the same table
   */
  public Purge(HudiTable table, TableServices services, Clock clock) {
    this.table = table;
    this.services = services;
    this.clock = clock;
  }

  /**
   * How many rows of the newest state match.
   *
   * @param where a condition of Spark SQL on the table's columns
   * @throws LakeException if it is none
   */
  public long count(String where) {
    return matching(where).count();
  }

  /**
   * Purges the rows that match. The table must have no other writer meanwhile.
   *
   * @param where a condition of Spark SQL on the table's columns
   * @throws LakeException if it is none
   */
  public Result run(String where) {
    Dataset<Row> rows = matching(where).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long count = rows.count();
      if (count > 0) {
        table.betweenCommits(
            () -> {
              table.lacksRows();
              delete(rows);
            });
      }
      Instant since = clock.instant();
      services.keepNewestOnly();
      return new Result(count, since);
    } finally {
      rows.unpersist();
    }
  }

  private void delete(Dataset<Row> rows) {
    rows.write()
        .format("hudi")
        .options(table.options(table.position()))
        .option("hoodie.datasource.write.operation", "delete")
        .mode(SaveMode.Append)
        .save(table.spec().location());
  }

  private Dataset<Row> matching(String where) {
    Dataset<Row> all = table.spark().read().format("hudi").load(table.spec().location());
    Column[] own =
        Arrays.stream(all.columns())
            .filter(name -> !name.startsWith("_hoodie_"))
            .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    try {
      return all.filter(where).select(own);
    } catch (Exception invalid) {
      // Spark's AnalysisException is checked, though Scala hides that from Java's compiler.
      throw new LakeException(
          "--where \"%s\" is no condition on the columns of %s: %s"
              .formatted(
                  where,
                  table.spec().config().name(),
                  invalid.getMessage().lines().findFirst().orElse("").strip()),
          invalid);
    }
  }
}
