package io.freshet.lake.table;

import io.freshet.lake.config.IndexKind;
import io.freshet.lake.source.TopicPosition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/**
 * A table's first commit, of very many rows. Each lands in the file that a later upsert looks for
 * it in, and the table has read nothing of its topic afterwards.
 */
public final class BulkLoad {
  private static final Set<DataType> FLAT =
      Set.of(
          DataTypes.BooleanType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.StringType,
          DataTypes.BinaryType,
          DataTypes.DateType,
          DataTypes.TimestampType);

  /** Types that Hudi's two writers spell alike in keys and partitions. */
  private static final Set<DataType> SPELT_ALIKE =
      Set.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.StringType);

  private final HudiTable table;

  public BulkLoad(HudiTable table) {
    this.table = table;
  }

  /**
   * Commits rows to a table without any.
   *
   * @param rows of the table's schema; no two of one key
   * @param bytes about how much they are in the source
   * @param snapshot names what they are a part of, in the commit
   */
  public void run(Dataset<Row> rows, long bytes, String snapshot) {
    table.expect(bytes);
    table.betweenCommits(() -> write(rows, snapshot));
  }

  private void write(Dataset<Row> rows, String snapshot) {
    Map<String, String> options = new HashMap<>(table.options(TopicPosition.START));
    options.putAll(TableTimeline.ofSnapshot(snapshot));
    options.put("hoodie.datasource.write.operation", "bulk_insert");
    options.put(
        "hoodie.datasource.write.row.writer.enable", Boolean.toString(asRows(rows.schema())));
    if (table.index().kind() == IndexKind.GLOBAL && table.spec().partitioned()) {
      // Else each task would write a file in each partition.
      options.put("hoodie.bulkinsert.sort.mode", "PARTITION_PATH_REPARTITION");
    }
    rows.write()
        .format("hudi")
        .options(options)
        .mode(SaveMode.Append)
        .save(table.spec().location());
    table.setProperties();
  }

  /**
   * Whether rows may go to the files without becoming Avro records on the way. Hudi's row writer
   * has lists, maps and structs that its readers of records do not understand, and spells some
   * types otherwise in keys, so that an upsert would look elsewhere.
   */
  private boolean asRows(StructType schema) {
    List<String> placed =
        Stream.concat(table.spec().keys().stream(), table.spec().config().partitionBy().stream())
            .toList();
    return Arrays.stream(schema.fields())
        .allMatch(
            field ->
                placed.contains(field.name())
                    ? SPELT_ALIKE.contains(field.dataType())
                    : FLAT.contains(field.dataType()) || field.dataType() instanceof DecimalType);
  }
}
