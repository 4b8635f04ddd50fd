package io.freshet.lake.change;

import io.freshet.schemas.ChangeColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Rows that were read from a source as a whole, in the shape of every lake table. */
public final class ReadRows {
  /** Debezium's word for a row that was read rather than changed. */
  private static final String READ = "r";

  private ReadRows() {}

  /**
   * Where rows come from.
   *
   * @param database the source's database; empty where it has none
   * @param schema the table's schema; empty where it has none
   * @param table the table's name in the source
   * @param lsn position of the source's log that they are as of; -1 where it has none
   * @param at when that was, milliseconds since the epoch
   */
  public record Origin(String database, String schema, String table, long lsn, long at) {}

  /** The rows with the columns of the lake: read, and older than every change. */
  public static Dataset<Row> of(Dataset<Row> rows, Origin origin) {
    List<Column> columns = new ArrayList<>();
    for (String name : rows.columns()) {
      columns.add(functions.col("`" + name + "`"));
    }
    columns.add(functions.lit(READ).as(ChangeColumns.OP));
    columns.add(functions.lit(origin.database()).as(ChangeColumns.DB));
    columns.add(functions.lit(origin.schema()).as(ChangeColumns.SCHEMA));
    columns.add(functions.lit(origin.table()).as(ChangeColumns.TABLE));
    columns.add(functions.lit(lsn(origin)).cast(DataTypes.LongType).as(ChangeColumns.LSN));
    columns.add(functions.lit(origin.at()).as(ChangeColumns.SOURCE_TS_MS));
    columns.add(functions.lit(false).as(ChangeColumns.DELETED));
    columns.add(functions.lit(ChangeColumns.SNAPSHOT_OFFSET).as(ChangeColumns.OFFSET));
    columns.add(functions.lit(null).cast(DataTypes.IntegerType).as(ChangeColumns.PARTITION));
    return rows.select(columns.toArray(Column[]::new));
  }

  private static Long lsn(Origin origin) {
    return origin.lsn() < 0 ? null : origin.lsn();
  }
}
